import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openMemoryStore } from '../../../adapters/memory-store/memory-store.ts';
import { migrateUp } from '../../../adapters/read-database/migrations.ts';
import { PostgresSensorTables } from '../../../adapters/sensor-tables/postgres-sensor-tables.ts';
import { thinReadings } from '../../../adapters/sensor-tables/thin-readings.ts';
import { addSeconds, type Instant } from '../../../domain/time/instant.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { AnyCarPark, CarPark, T0, TENANT, type Uplink } from '../../unit/sensor-process/car-park.ts';

const DAY_S = 86_400;
const DEVICE = '0000000000000a01';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  await migrateUp({ databaseUrl: database.url });
  pool = new pg.Pool({ connectionString: database.url });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(() => pool.query('TRUNCATE sensing.checkpoint, sensing.sensor_readings, sensing.device_liveness'));

async function givenReadings(days: readonly number[]): Promise<void> {
  for (const day of days) {
    const at = addSeconds(T0, day * DAY_S);
    await pool.query(
      `INSERT INTO sensing.sensor_readings (tenant_id, frame_id, dev_eui, kind, received_at, occurred_at, time_source,
         clock_suspect, effective_at, payload, outcome, stream, revision)
       VALUES ($1, $2, $3, 'up', $4, $4, 'network', false, $4, '', 'unchanged', 'frames', 0)`,
      [TENANT, randomUUID(), DEVICE, at],
    );
  }
}

async function daysLeft(): Promise<number[]> {
  const { rows } = await pool.query<{ day: number }>(
    `SELECT (extract(epoch FROM received_at - $1::timestamptz) / $2)::int AS day
     FROM sensing.sensor_readings ORDER BY received_at`,
    [T0, DAY_S],
  );
  return rows.map(({ day }) => day);
}

const dayAt = (day: number): Instant => addSeconds(T0, day * DAY_S);

describe('rows of readings', () => {
  it('go with their frames, and none that is younger', async () => {
    await givenReadings([0, 1, 1, 2, 3]);
    expect(await thinReadings(pool, dayAt(2), { batchSize: 2 })).toBe(3);
    expect(await daysLeft()).toEqual([2, 3]);
    expect(await thinReadings(pool, dayAt(2))).toBe(0);
  });

  it('leave the rest for the next time when it takes long', async () => {
    await givenReadings([0, 0, 0, 0, 0]);
    expect(await thinReadings(pool, dayAt(1), { batchSize: 2, budgetMs: 0 })).toBe(2);
    expect(await thinReadings(pool, dayAt(1))).toBe(3);
  });

  it('are deleted once each by two workers at a time, and neither waits for the other', async () => {
    await givenReadings(Array.from({ length: 60 }, () => 0));
    const counts = await Promise.all([1, 2, 3].map(() => thinReadings(pool, dayAt(1), { batchSize: 3 })));
    const rest = await thinReadings(pool, dayAt(1));
    expect(counts.reduce((sum, count) => sum + count, rest)).toBe(60);
    expect(await daysLeft()).toEqual([]);
  });
});

describe('the sensor process', () => {
  /** A car that stays for 110 days, with frames that come twice, late, and once more after a restart. */
  const firstDays: readonly Uplink[] = [
    { devEui: DEVICE, occupied: false, atS: 10, fCnt: 1 },
    { devEui: DEVICE, occupied: true, atS: 3_600, fCnt: 2 },
    { devEui: DEVICE, occupied: true, atS: DAY_S, fCnt: 4, kind: 'heartbeat' },
    { devEui: DEVICE, occupied: true, atS: DAY_S - 60, fCnt: 3, kind: 'heartbeat', receivedS: DAY_S + 60 },
  ];
  const lastDays: readonly Uplink[] = [
    // Radio repeat of a frame whose row has gone.
    { devEui: DEVICE, occupied: true, atS: DAY_S, fCnt: 4, kind: 'heartbeat', receivedS: 108 * DAY_S },
    { devEui: DEVICE, occupied: true, atS: 109 * DAY_S, fCnt: 5, kind: 'heartbeat' },
    { devEui: DEVICE, occupied: false, atS: 110 * DAY_S, fCnt: 6 },
    { devEui: DEVICE, occupied: true, atS: 110 * DAY_S + 900, fCnt: 7 },
  ];

  async function live(
    park: CarPark | AnyCarPark<ReturnType<typeof openMemoryStore>, PostgresSensorTables>,
    between: () => Promise<void>,
  ) {
    await park.open(['A-01']);
    await park.assign(DEVICE, 'A-01');
    const send = async (uplinks: readonly Uplink[]): Promise<void> => {
      park.start();
      for (const [n, uplink] of uplinks.entries()) {
        await park.send({ ...uplink, deduplicationId: `d-${uplink.fCnt}-${n}` });
        await park.settle();
      }
      await park.end();
    };
    await send(firstDays);
    await between();
    await send(lastDays);
    // Whether a first frame is told at once or offered again is a matter of time, and ids follow from it.
    const events = (await park.domainEvents()).map(({ id: _id, ...event }) => event);
    return { events, occupancy: await park.occupancy('A-01') };
  }

  it('needs none of the rows that have gone, for a stay and a radio session that are older than they', async () => {
    const clock = { now: (): Instant => T0 };
    const store = openMemoryStore({ now: () => Date.parse(clock.now()) });
    const park = new AnyCarPark(store, new PostgresSensorTables(pool));
    clock.now = () => park.now;
    const thinned = await live(park, async () => {
      expect(await daysLeft()).toHaveLength(4);
      await thinReadings(pool, dayAt(107));
      expect(await daysLeft()).toEqual([]);
    });
    const whole = await live(new CarPark(), () => Promise.resolve());
    expect(thinned).toEqual(whole);
    const stays = whole.events.filter(({ type }) => type === 'OccupancyChanged');
    // Its arrivals and departures, and a silence of a hundred days.
    expect(stays.length).toBe(6);
  });
});
