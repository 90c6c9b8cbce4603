import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateUp } from '../../../adapters/read-database/migrations.ts';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { type PostgresStore } from '../../../adapters/postgres-store/postgres-store.ts';
import { PostgresSensorTables } from '../../../adapters/sensor-tables/postgres-sensor-tables.ts';
import { addSeconds } from '../../../domain/time/instant.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { AnyCarPark, T0, TENANT, uplinkBody } from '../../unit/sensor-process/car-park.ts';

const DEVICES = Array.from({ length: 20 }, (_, i) => i.toString(16).padStart(16, '0'));

let database: TestDatabase;
let store: PostgresStore;
let pool: pg.Pool;
let park: AnyCarPark<PostgresStore, PostgresSensorTables>;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateUp({ databaseUrl: database.url });
  store = await openPostgresStore({ connectionString: database.url });
  pool = new pg.Pool({ connectionString: database.url });
  park = new AnyCarPark(store, new PostgresSensorTables(pool));
});
afterAll(async () => {
  await park.end();
  await store.close();
  await pool.end();
  await database.drop();
});

async function outcomes(): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ outcome: string; count: number }>(
    'SELECT outcome, count(*)::int FROM sensing.sensor_readings GROUP BY outcome',
  );
  return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count]));
}

describe('frames on Postgres', () => {
  it('become occupancy, with one row each, and nothing more when read again', async () => {
    const codes = DEVICES.slice(1).map((_, i) => `P${i}`);
    await park.open(codes);
    await Promise.all(codes.map((code, i) => park.assign(DEVICES[i + 1] ?? '', code)));
    park.start();
    await park.settle();
    for (let round = 1; round <= 10; round += 1) {
      const frames = DEVICES.map((devEui) =>
        park.send({ devEui, occupied: round % 2 === 1, atS: round * 10, fCnt: round }),
      );
      await Promise.all(frames);
    }
    await park.settle();
    expect(await outcomes()).toEqual({ applied: 190, orphan: 10 });
    const facts = await park.domainEvents();
    expect(facts.filter(({ type }) => type === 'OccupancyChanged')).toHaveLength(190);
    const { rows } = await pool.query<{ devices: number; waiting: number }>(
      `SELECT count(*)::int AS devices, count(*) FILTER (WHERE is_waiting)::int AS waiting
       FROM sensing.device_liveness WHERE tenant_id = $1 AND last_heard_at = $2`,
      [TENANT, addSeconds(T0, 100)],
    );
    expect(rows).toEqual([{ devices: 20, waiting: 0 }]);

    await park.end();
    await pool.query('UPDATE sensing.checkpoint SET frames_commit = 50, frames_prepare = 50');
    park.start();
    await park.settle();
    await park.end();
    expect(await park.domainEvents()).toEqual(facts);

    await pool.query('TRUNCATE sensing.checkpoint, sensing.sensor_readings, sensing.device_liveness');
    park.start();
    await park.settle();
    expect(await park.domainEvents()).toEqual(facts);
    // Each space was told the whole line of its sensor once, and knew it.
    expect(await outcomes()).toEqual({ applied: 190, orphan: 10 });
  });

  it('are handled whatever they hold', async () => {
    await park.send({ devEui: DEVICES[1] ?? '', occupied: true, atS: 200, fCnt: 20 }, 'up', {
      ...uplinkBody({ devEui: DEVICES[1] ?? '', occupied: true, atS: 200, fCnt: 20 }),
      time: '0000-01-01T00:00:00Z',
      rxInfo: [{ nsTime: '9999-12-31T23:59:59Z', gwTime: '1970-01-01T00:00:00Z' }],
    });
    await park.sendBody('\0 strange \ud800', {
      deviceInfo: { devEui: DEVICES[1] },
      deduplicationId: '\0\ud800',
    });
    await park.send({ devEui: DEVICES[2] ?? '', occupied: true, atS: 210, fCnt: 21 });
    await park.settle();
    expect(await outcomes()).toMatchObject({ applied: 192, 'network-event': 1 });
  });
});
