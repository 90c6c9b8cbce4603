import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginGeneration, RebuildUnderWayError } from '../../../projections/runner/generations.ts';
import { diffWithRebuilt, rebuild } from '../../../projections/runner/rebuild.ts';
import { swap } from '../../../projections/runner/swap.ts';
import { spacesCurrentProjection } from '../../../projections/spaces-current/projection.ts';
import {
  append,
  dump,
  type Fixture,
  openFixture,
  openStore,
  startRunner,
  until,
  untilApplied,
} from './fixture.ts';
import { announced, occupancy, registered, type SampleSpace, sampleSpace } from './samples.ts';

const projections = [spacesCurrentProjection];

describe('rebuild beside', () => {
  let fixture: Fixture;
  const store = openStore();
  const spaces: SampleSpace[] = Array.from({ length: 20 }, () => sampleSpace());

  beforeEach(async () => {
    fixture = await openFixture();
    if ((await store.head('domain')).commit > 10n) return;
    for (const space of spaces)
      await append(
        store,
        space.stream,
        registered(space),
        announced('FREE', '06:00'),
        occupancy('OCCUPIED', '07:00'),
      );
  });
  afterEach(() => fixture.close());

  const generations = async (): Promise<string[]> =>
    (
      await fixture.pool.query<{ line: string }>(
        `SELECT c.generation || ' ' || c.status || CASE WHEN p.generation = c.generation THEN ' current' ELSE '' END AS line
         FROM projection.checkpoints c JOIN projection.projections p ON p.name = c.projection ORDER BY c.generation`,
      )
    ).rows.map((row) => row.line);

  it('c6: while a runner feeds the live rows, readers never see it half done, and the runner goes on with the new ones', async () => {
    const running = startRunner(fixture, store, projections);
    await untilApplied(fixture, store, projections);
    let isOver = false;
    const counts = new Set<number>();
    const reading = (async () => {
      while (!isOver)
        counts.add((await fixture.pool.query('SELECT 1 FROM read_model.spaces_current')).rows.length);
    })();
    const writing = (async () => {
      for (let minute = 10; minute < 50; minute += 1)
        for (const space of spaces.slice(0, 3))
          await append(
            store,
            space.stream,
            occupancy(minute % 2 === 0 ? 'VACANT' : 'OCCUPIED', `08:${minute}`),
          );
    })();
    const result = await rebuild(spacesCurrentProjection, { pool: fixture.pool, store, batchSize: 7 });
    await writing;
    await untilApplied(fixture, store, projections);
    isOver = true;
    await reading;
    expect(result).toMatchObject({ swapped: true, generation: 2 });
    expect(await generations()).toEqual(['1 retired', '2 active current']);
    expect([...counts]).toEqual([20]);
    expect(await diffWithRebuilt(spacesCurrentProjection, { pool: fixture.pool, store })).toMatchObject({
      rows: 20,
      missing: 0,
      extra: 0,
      different: 0,
    });
    await running.stop();
    expect(running.problems).toEqual([]);
  });

  it('H11: verified against live rows byte for byte; where they differ the live ones stay', async () => {
    const running = startRunner(fixture, store, projections);
    await untilApplied(fixture, store, projections);
    const verified = await rebuild(spacesCurrentProjection, { pool: fixture.pool, store, verify: true });
    expect(verified).toMatchObject({
      swapped: true,
      comparison: { rows: 20, missing: 0, extra: 0, different: 0 },
    });
    await untilApplied(fixture, store, projections);
    await fixture.pool.query(`UPDATE read_model.spaces_current_g2 SET name = 'forged' WHERE space_id = $1`, [
      spaces[3]?.spaceId,
    ]);
    await fixture.pool.query('DELETE FROM read_model.spaces_current_g2 WHERE space_id = $1', [
      spaces[4]?.spaceId,
    ]);
    const refused = await rebuild(spacesCurrentProjection, { pool: fixture.pool, store, verify: true });
    expect(refused).toMatchObject({
      swapped: false,
      comparison: { rows: 20, missing: 1, extra: 0, different: 1 },
    });
    expect(refused.comparison?.examples.map((one) => one.kind).sort()).toEqual(['different', 'missing']);
    expect(await generations()).toEqual(['2 active current', '3 booting']);
    await running.stop();
  });

  it('works while no runner runs; what an earlier rebuild left goes', async () => {
    const running = startRunner(fixture, store, projections);
    await untilApplied(fixture, store, projections);
    await running.stop();
    const before = await dump(fixture.pool, projections);
    await rebuild(spacesCurrentProjection, { pool: fixture.pool, store });
    await rebuild(spacesCurrentProjection, { pool: fixture.pool, store });
    expect(await generations()).toEqual(['2 retired', '3 active current']);
    expect(await dump(fixture.pool, projections)).toEqual(before);
    const tables = await fixture.pool.query(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'read_model' ORDER BY 1`,
    );
    expect(tables.rows).toEqual([{ tablename: 'spaces_current_g2' }, { tablename: 'spaces_current_g3' }]);
  });

  it('c6: tables that are behind the live ones are never shown', async () => {
    const running = startRunner(fixture, store, projections);
    await untilApplied(fixture, store, projections);
    await running.stop();
    const { generation } = await beginGeneration(fixture.pool, spacesCurrentProjection, 'me', 10_000);
    expect(await swap(fixture.pool, spacesCurrentProjection, generation, store.storeId)).toBe(false);
    expect(await dump(fixture.pool, projections)).toHaveLength(20);
    await expect(rebuild(spacesCurrentProjection, { pool: fixture.pool, store })).rejects.toThrow(
      RebuildUnderWayError,
    );
  });

  it('a program with another version of a projection rebuilds it by itself, and shows it when it has caught up', async () => {
    const running = startRunner(fixture, store, projections);
    await untilApplied(fixture, store, projections);
    await running.stop();
    const newer = [{ ...spacesCurrentProjection, version: spacesCurrentProjection.version + 1 }];
    const upgraded = startRunner(fixture, store, newer, { leaseMs: 400 });
    await until(async () => (await generations()).includes('2 active current'));
    await untilApplied(fixture, store, newer);
    await upgraded.stop();
    expect(await generations()).toEqual(['1 retired', '2 active current']);
    expect(await dump(fixture.pool, newer)).toHaveLength(20);
  });

  it('the swap does not make readers queue behind a long transaction of a reader', async () => {
    const running = startRunner(fixture, store, projections);
    await untilApplied(fixture, store, projections);
    const analyst = new pg.Client({ connectionString: fixture.url });
    await analyst.connect();
    await analyst.query('BEGIN');
    await analyst.query('SELECT count(*) FROM read_model.spaces_current');
    const rebuilding = rebuild(spacesCurrentProjection, { pool: fixture.pool, store });
    let slowest = 0;
    for (const until = performance.now() + 1500; performance.now() < until;) {
      const began = performance.now();
      await fixture.pool.query('SELECT count(*) FROM read_model.spaces_current');
      slowest = Math.max(slowest, performance.now() - began);
    }
    await analyst.query('COMMIT');
    await analyst.end();
    expect((await rebuilding).swapped).toBe(true);
    expect(slowest).toBeLessThan(600);
    await running.stop();
  });
});
