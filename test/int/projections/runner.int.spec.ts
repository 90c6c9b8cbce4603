import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { MemoryStore } from '../../../adapters/memory-store/memory-store.ts';
import { allProjections } from '../../../projections/all-projections.ts';
import { occupancyIntervalsProjection } from '../../../projections/occupancy-intervals/projection.ts';
import { acquire, FencedError, moveCheckpoints } from '../../../projections/runner/checkpoints.ts';
import { installProjections } from '../../../projections/runner/install.ts';
import { ProjectionsProgress } from '../../../projections/runner/progress.ts';
import { inTransaction } from '../../../projections/runner/transaction.ts';
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
import { announced, occupancy, registered, sampleSpace } from './samples.ts';

const projections = [spacesCurrentProjection, occupancyIntervalsProjection];

describe('projection runner', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await openFixture();
  });
  afterEach(() => fixture.close());

  const position = async (name: string): Promise<string | null> =>
    (
      await fixture.pool.query<{ commit_position: string | null }>(
        'SELECT commit_position FROM projection.checkpoints WHERE projection = $1',
        [name],
      )
    ).rows[0]?.commit_position ?? null;

  it('applies history, then what comes in; restarted it goes on where it stood', async () => {
    const store = openStore();
    const space = sampleSpace();
    await append(store, space.stream, registered(space), announced('FREE', '06:00'));
    for (const [value, time] of [
      ['OCCUPIED', '07:00'],
      ['VACANT', '08:00'],
    ] as const) {
      const running = startRunner(fixture, store, projections);
      await untilApplied(fixture, store, projections);
      await append(store, space.stream, occupancy(value, time));
      await untilApplied(fixture, store, projections);
      await running.stop();
      expect(running.problems).toEqual([]);
    }
    const lines = await dump(fixture.pool, projections);
    expect(lines.filter((line) => line.startsWith('occupancy_intervals'))).toHaveLength(3);
  });

  it('c1: a moved checkpoint aborts the whole batch', async () => {
    const store = openStore();
    await installProjections(fixture.pool, projections);
    const held = await acquire(fixture.pool, ['spaces_current'], 'me', 10_000);
    const to = { storeId: store.storeId, commit: 7n, prepare: 7n };
    await moveCheckpoints(fixture.pool, held, to, null);
    const again = inTransaction(fixture.pool, async (client) => {
      await client.query(
        `UPDATE projection.checkpoints SET error = 'written' WHERE projection = 'spaces_current'`,
      );
      await moveCheckpoints(client, held, { ...to, commit: 8n, prepare: 8n }, null);
    });
    await expect(again).rejects.toThrow(FencedError);
    expect(await position('spaces_current')).toBe('7');
    const error = await fixture.pool.query('SELECT error FROM projection.checkpoints WHERE projection = $1', [
      'spaces_current',
    ]);
    expect(error.rows).toEqual([{ error: null }]);
  });

  it('c2: an owner that was replaced while it slept cannot write any more', async () => {
    const store = openStore();
    await installProjections(fixture.pool, projections);
    const former = await acquire(fixture.pool, ['spaces_current'], 'sleeper', 0);
    const now = await acquire(fixture.pool, ['spaces_current'], 'successor', 10_000);
    expect(now).toHaveLength(1);
    const to = { storeId: store.storeId, commit: 1n, prepare: 1n };
    await expect(moveCheckpoints(fixture.pool, former, to, null)).rejects.toThrow(FencedError);
    await moveCheckpoints(fixture.pool, now, to, null);
  });

  it('c2: of two runners one owns each projection; when it goes, the other takes over', async () => {
    const store = openStore();
    const space = sampleSpace();
    await append(store, space.stream, registered(space));
    const first = startRunner(fixture, store, projections, { leaseMs: 400 });
    await untilApplied(fixture, store, projections);
    const second = startRunner(fixture, store, projections, { leaseMs: 400 });
    for (let minute = 10; minute < 30; minute += 1)
      await append(store, space.stream, occupancy(minute % 2 === 0 ? 'OCCUPIED' : 'VACANT', `07:${minute}`));
    await untilApplied(fixture, store, projections);
    await first.stop();
    await append(store, space.stream, occupancy('OCCUPIED', '09:00'));
    await untilApplied(fixture, store, projections);
    await second.stop();
    const intervals = (await dump(fixture.pool, [occupancyIntervalsProjection])).length;
    expect(intervals).toBe(22);
    expect([...first.problems, ...second.problems]).toEqual([]);
  });

  it('another store is refused and nothing is written: store-changed', async () => {
    const store = openStore();
    const space = sampleSpace();
    await append(store, space.stream, registered(space), announced('FREE', '06:00'));
    const running = startRunner(fixture, store, projections);
    await untilApplied(fixture, store, projections);
    await running.stop();
    const before = await dump(fixture.pool, projections);
    const other = openStore();
    const foreign = sampleSpace();
    await append(other, foreign.stream, registered(foreign), announced('FREE', '06:00'));
    const wrong = startRunner(fixture, other, projections);
    await until(async () => {
      const found = await fixture.pool.query(
        `SELECT 1 FROM projection.checkpoints WHERE status = 'error' AND error_code = 'store-changed'`,
      );
      return found.rows.length === projections.length;
    });
    await wrong.stop();
    expect(await dump(fixture.pool, projections)).toEqual(before);
  });

  it('a checkpoint beyond the head of the store is refused: store-changed', async () => {
    const store = openStore();
    await installProjections(fixture.pool, projections);
    await fixture.pool.query(
      'UPDATE projection.checkpoints SET store_id = $1, commit_position = 1000, prepare_position = 1000',
      [store.storeId],
    );
    const running = startRunner(fixture, store, projections);
    await until(() => Promise.resolve(running.problems.length === projections.length));
    await running.stop();
    expect(running.problems.join()).toContain('beyond the head');
    expect(await position('spaces_current')).toBe('1000');
  });

  it('c9: events that no projection reads still move the checkpoints', async () => {
    const store = openStore();
    const running = startRunner(fixture, store, projections);
    await append(store, streamName('booking', sampleSpace().tenantId, sampleSpace().spaceId), {
      id: sampleSpace().spaceId,
      type: 'SomethingElse',
      data: {},
      metadata: {},
    });
    await untilApplied(fixture, store, projections);
    expect(await position('spaces_current')).toBe((await store.head('domain')).commit.toString());
    await running.stop();
  });

  it('a subscription that is dropped again and again loses and repeats nothing', async () => {
    const store = new MemoryStore();
    const space = sampleSpace();
    await append(store, space.stream, registered(space));
    const running = startRunner(fixture, store, projections, { batchSize: 3 });
    for (let minute = 10; minute < 40; minute += 1) {
      await append(store, space.stream, occupancy(minute % 2 === 0 ? 'OCCUPIED' : 'VACANT', `07:${minute}`));
      store.dropSubscriptions();
    }
    await untilApplied(fixture, store, projections);
    await running.stop();
    expect(await dump(fixture.pool, [occupancyIntervalsProjection])).toHaveLength(31);
  });

  it('waits for a position across processes, and says how old it is', async () => {
    const store = openStore();
    const space = sampleSpace();
    const names = allProjections.map((one) => one.name);
    const running = startRunner(fixture, store, allProjections);
    const progress = new ProjectionsProgress({
      pool: fixture.pool,
      databaseUrl: fixture.url,
      store,
      projections: names,
    });
    await append(store, space.stream, registered(space), announced('FREE', '06:00'));
    const head = await store.head('domain');
    expect(await progress.waitFor(head, 5000)).toBe(true);
    expect(await progress.freshness()).toMatchObject({ position: head, lagMs: 0 });
    const beyond = { ...head, commit: head.commit + 1n, prepare: head.prepare + 1n };
    expect(await progress.waitFor(beyond, 150)).toBe(false);
    expect(await progress.waitFor({ ...head, storeId: space.spaceId }, 0)).toBe(false);
    const waiting = progress.waitFor(beyond, 5000, ['spaces_current']);
    await append(store, space.stream, occupancy('VACANT', '07:00'));
    const began = performance.now();
    expect(await waiting).toBe(true);
    expect(performance.now() - began).toBeLessThan(1500);
    await running.stop();
    await append(store, space.stream, occupancy('OCCUPIED', '08:00'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await progress.freshness();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await progress.freshness()).lagMs).toBeGreaterThan(40);
    await progress.close();
  });
});
