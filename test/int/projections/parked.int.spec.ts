import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { columnTypes as is, type TableDefinition } from '../../../projections/runner/table.ts';
import { type Projection } from '../../../projections/runner/projection.ts';
import { rebuild } from '../../../projections/runner/rebuild.ts';
import { retryParked } from '../../../projections/runner/retry-parked.ts';
import { rowProjection } from '../../../projections/runner/row-projection.ts';
import { spacesCurrentProjection } from '../../../projections/spaces-current/projection.ts';
import {
  append,
  dump,
  type Fixture,
  happened,
  openFixture,
  openStore,
  startRunner,
  until,
  untilApplied,
} from './fixture.ts';
import { announced, at, occupancy, registered, sampleSpace } from './samples.ts';

interface NameRow {
  readonly tenant_id: string;
  readonly space_id: string;
  readonly name: string;
  readonly revision: number;
}

const table: TableDefinition<NameRow> = {
  name: 'space_names',
  columns: { tenant_id: is.uuid, space_id: is.uuid, name: is.text, revision: is.bigint },
  key: ['tenant_id', 'space_id'],
  owner: 'space_id',
  guard: 'revision',
};

/** Cannot fold `bad`; and the database refuses what `NUL` becomes. */
function names(understands: (name: string) => boolean, written = (name: string) => name): Projection {
  return rowProjection({
    name: 'space_names',
    version: 1,
    table,
    category: 'space',
    handles: ['SpaceRegistered', 'SpaceRenamed'],
    fold: (rows, event) => {
      if (event.type !== 'SpaceRegistered' && event.type !== 'SpaceRenamed') return rows;
      const { name } = event.data;
      if (!understands(name)) throw new Error(`cannot fold ${name}`);
      return [
        {
          tenant_id: event.tenantId,
          space_id: event.entityId,
          name: written(name),
          revision: event.revision,
        },
      ];
    },
  });
}

describe('parked streams', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await openFixture();
  });
  afterEach(() => fixture.close());

  const renamed = (name: string) => happened({ type: 'SpaceRenamed', data: { name } }, at('07:00'));
  const parked = async () =>
    (
      await fixture.pool.query<{ stream: string; kind: string; from_revision: string; parked_count: number }>(
        `SELECT stream, kind, from_revision, parked_count FROM projection.parked_streams
         WHERE projection = 'space_names' ORDER BY generation DESC, stream`,
      )
    ).rows;

  it('c4: an event that cannot be folded parks its stream, the others and the other projections go on', async () => {
    const store = openStore();
    const [sick, well] = [sampleSpace(), sampleSpace()];
    await append(store, sick.stream, registered(sick, 'A-01'), renamed('bad'), renamed('later'));
    await append(store, well.stream, registered(well, 'A-02'), renamed('fine'));
    const projections = [names((name) => name !== 'bad'), spacesCurrentProjection];
    const running = startRunner(fixture, store, projections);
    await untilApplied(fixture, store, projections);
    await append(store, sick.stream, renamed('still later'));
    await untilApplied(fixture, store, projections);
    expect(await parked()).toEqual([
      { stream: sick.stream, kind: 'poison', from_revision: '1', parked_count: 3 },
    ]);
    const lines = (await dump(fixture.pool, [projections[0] as Projection])).join();
    expect(lines).toContain('Bay A-01');
    expect(lines).toContain('fine');
    expect((await dump(fixture.pool, [spacesCurrentProjection])).join()).toContain('still later');
    await running.stop();
  });

  it('c4: retried through today’s code it is applied up to the checkpoint, while the runner goes on', async () => {
    const store = openStore();
    const sick = sampleSpace();
    await append(store, sick.stream, registered(sick), renamed('bad'), renamed('later'));
    const before = [names((name) => name !== 'bad')];
    const running = startRunner(fixture, store, before);
    await untilApplied(fixture, store, before);
    expect(
      await retryParked(
        fixture.pool,
        store,
        names((name) => name !== 'bad'),
        sick.stream,
      ),
    ).toEqual({
      outcome: 'still-parked',
      error: 'cannot fold bad',
    });
    expect(await parked()).toHaveLength(1);
    const mended = names(() => true);
    expect(await retryParked(fixture.pool, store, mended, sick.stream)).toEqual({
      outcome: 'applied',
      events: 2,
    });
    expect(await parked()).toEqual([]);
    await append(store, sick.stream, renamed('newest'));
    await untilApplied(fixture, store, before);
    expect((await dump(fixture.pool, before)).join()).toContain('newest');
    expect(await retryParked(fixture.pool, store, mended, sick.stream)).toEqual({ outcome: 'not-parked' });
    await running.stop();
  });

  it('c4: what the database refuses is found among the batch and parked alone', async () => {
    const store = openStore();
    const spaces = Array.from({ length: 9 }, () => sampleSpace());
    for (const [index, space] of spaces.entries())
      await append(
        store,
        space.stream,
        registered(space, `A-${index}`),
        renamed(index === 4 ? 'bad' : `n${index}`),
      );
    const projections = [
      names(
        () => true,
        (name) => (name === 'bad' ? 'a\u0000b' : name),
      ),
      spacesCurrentProjection,
    ];
    const running = startRunner(fixture, store, projections);
    await untilApplied(fixture, store, projections);
    await running.stop();
    expect(await parked()).toMatchObject([
      { stream: spaces[4]?.stream, from_revision: '1', parked_count: 1 },
    ]);
    const lines = await dump(fixture.pool, [projections[0] as Projection]);
    expect(lines).toHaveLength(9);
    expect(lines.join()).toContain('Bay A-4');
    expect(lines.filter((line) => line.includes('n'))).toHaveLength(9);
    expect(await dump(fixture.pool, [spacesCurrentProjection])).toHaveLength(9);
  });

  it('H10: an event of unknown type, or of a newer version, pauses its stream visibly and is not passed over', async () => {
    const store = openStore();
    const [unknown, newer] = [sampleSpace(), sampleSpace()];
    await append(
      store,
      unknown.stream,
      registered(unknown),
      { ...renamed('x'), type: 'SpacePaintedPink' },
      renamed('late'),
    );
    await append(
      store,
      newer.stream,
      registered(newer),
      happened({ type: 'SpaceRenamed', data: { name: 'y' } }, at('07:00'), {
        schema_version: 9,
      }),
    );
    const projections = [names(() => true)];
    const running = startRunner(fixture, store, projections);
    await untilApplied(fixture, store, projections);
    await running.stop();
    const found = await parked();
    expect(found.map((one) => one.kind)).toEqual(['paused', 'paused']);
    expect(found.find((one) => one.stream === unknown.stream)).toMatchObject({
      from_revision: '1',
      parked_count: 2,
    });
    expect((await dump(fixture.pool, projections)).join()).not.toContain('late');
  });

  it('H10: a program that knows what paused a stream goes on with it by itself', async () => {
    const store = openStore();
    const space = sampleSpace();
    await append(store, space.stream, registered(space), renamed('x'), renamed('late'));
    const projections = [names(() => true)];
    const first = startRunner(fixture, store, projections);
    await untilApplied(fixture, store, projections);
    await first.stop();
    // As an older program would have left it.
    await fixture.pool.query(
      `INSERT INTO projection.parked_streams VALUES ('space_names', 1, $1, 'paused', 1, 2, 2, 'SpaceRenamed', 'newer-version')`,
      [space.stream],
    );
    await fixture.pool.query(`UPDATE read_model.space_names SET name = 'old', revision = 0`);
    const second = startRunner(fixture, store, projections);
    await until(async () => (await parked()).length === 0);
    await second.stop();
    expect((await dump(fixture.pool, projections)).join()).toContain('late');
  });

  it('c5: a rebuild parks the same streams for the same reasons', async () => {
    const store = openStore();
    const [sick, well] = [sampleSpace(), sampleSpace()];
    await append(store, sick.stream, registered(sick), renamed('bad'), renamed('later'));
    await append(
      store,
      well.stream,
      registered(well),
      announced('FREE', '06:00'),
      occupancy('VACANT', '07:00'),
    );
    const projection = names((name) => name !== 'bad');
    const running = startRunner(fixture, store, [projection]);
    await untilApplied(fixture, store, [projection]);
    const before = { parked: await parked(), rows: await dump(fixture.pool, [projection]) };
    const result = await rebuild(projection, { pool: fixture.pool, store });
    expect(result).toMatchObject({ swapped: true, parkedStreams: 1 });
    expect((await parked())[0]).toEqual(before.parked[0]);
    expect(await dump(fixture.pool, [projection])).toEqual(before.rows);
    await running.stop();
  });
});
