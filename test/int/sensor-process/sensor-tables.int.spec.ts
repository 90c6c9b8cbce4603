import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateDown, migrateUp } from '../../../adapters/read-database/migrations.ts';
import { MemorySensorTables } from '../../../adapters/sensor-tables/memory-sensor-tables.ts';
import { PostgresSensorTables } from '../../../adapters/sensor-tables/postgres-sensor-tables.ts';
import {
  type DeviceRow,
  type ReadingRow,
  type SensorCommit,
  type SensorTables,
} from '../../../application/ports/sensor-tables.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { addSeconds, type Instant } from '../../../domain/time/instant.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';

const T0 = '2026-03-01T08:00:00.123Z' as Instant;
const STORE = randomUUID();
const TENANT = randomUUID();
const KEY = { tenantId: TENANT, devEui: '00000000000000aa' };

const NOTHING: SensorCommit = {
  rows: [],
  outcomes: [],
  devices: [],
  parked: [],
  unparked: [],
  checkpoint: { frames: null, devices: null, foldUntil: null },
};

function at(number: bigint) {
  return { storeId: STORE, commit: number, prepare: number + 1n };
}

function reading(frameId: string, seconds: number, rest: Partial<ReadingRow> = {}): ReadingRow {
  return {
    ...KEY,
    frameId,
    kind: 'up',
    receivedAt: addSeconds(T0, seconds),
    occurredAt: addSeconds(T0, seconds),
    timeSource: 'network',
    clockSuspect: false,
    effectiveAt: addSeconds(T0, seconds),
    session: '01020304/20260301T080000',
    fCnt: 2 ** 32 - 1,
    fPort: 1,
    payload: 'AQ==',
    outcome: 'orphan',
    detail: null,
    spaceId: null,
    decoded: null,
    stream: streamName('frames', TENANT, '20260301'),
    revision: 5,
    ...rest,
  };
}

function device(rest: Partial<DeviceRow> = {}): DeviceRow {
  return {
    ...KEY,
    lastHeardAt: T0,
    lastFrameId: randomUUID(),
    session: null,
    fCnt: null,
    batteryMv: null,
    temperatureDeciC: -5,
    staleDueAt: null,
    isOrphan: true,
    isWaiting: false,
    fold: '{"a":1}',
    ...rest,
  };
}

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

const kinds: readonly (readonly [string, () => Promise<SensorTables>])[] = [
  ['memory', () => Promise.resolve(new MemorySensorTables())],
  [
    'postgres',
    async () => {
      await pool.query(
        'TRUNCATE sensing.checkpoint, sensing.sensor_readings, sensing.device_liveness, sensing.parked_devices',
      );
      return new PostgresSensorTables(pool);
    },
  ],
];

async function keptOf(tables: SensorTables) {
  return (await tables.line(KEY, T0, 0)).rows;
}

describe.each(kinds)('sensor tables in %s', (_name, open) => {
  async function acquired() {
    const tables = await open();
    const found = await tables.acquire('one', 60_000);
    if (found === null) throw new Error('a free lease was refused');
    return { tables, ...found };
  }

  it('begin with nothing, and give back what was committed', async () => {
    const { tables, lease, checkpoint } = await acquired();
    expect(checkpoint).toEqual({ frames: null, devices: null, foldUntil: null });
    const rows = [
      reading(randomUUID(), 20),
      reading(randomUUID(), 10, { fCnt: null, fPort: null, session: null }),
    ];
    const known = device({ isWaiting: true, staleDueAt: addSeconds(T0, 99), batteryMv: 3_100, fCnt: 7 });
    const positions = { frames: at(2n ** 60n), devices: at(3n), foldUntil: at(9n) };
    const next = await tables.commit(lease, { ...NOTHING, rows, devices: [known], checkpoint: positions });
    expect(next).toEqual({ ...lease, version: lease.version + 1 });
    expect(await tables.devices([KEY, { ...KEY, devEui: 'ffffffffffffffff' }])).toEqual([known]);
    expect(await tables.waiting()).toMatchObject([KEY]);
    expect(await keptOf(tables)).toEqual([rows[1], rows[0]]);
    expect((await tables.acquire('one', 60_000))?.checkpoint).toEqual(positions);
  });

  it('have one owner, until the lease ends', async () => {
    const { tables, lease } = await acquired();
    expect(await tables.acquire('two', 60_000)).toBeNull();
    expect(await tables.renew(lease, 1)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await tables.acquire('two', 60_000);
    expect(second?.lease.epoch).toBe(lease.epoch + 1);
    expect(await tables.renew(lease, 60_000)).toBe(false);
    expect(await tables.commit(lease, { ...NOTHING, rows: [reading(randomUUID(), 1)] })).toBeNull();
    expect(await keptOf(tables)).toEqual([]);
    await tables.release(lease);
    expect(await tables.acquire('one', 60_000)).toBeNull();
  });

  it('refuse a commit that does not follow the latest one', async () => {
    const { tables, lease } = await acquired();
    expect(await tables.commit(lease, NOTHING)).not.toBeNull();
    expect(await tables.commit(lease, { ...NOTHING, devices: [device()] })).toBeNull();
    expect(await tables.devices([KEY])).toEqual([]);
  });

  it('keep the first copy of a frame, also within one commit, and change its outcome when told', async () => {
    const { tables, lease } = await acquired();
    const frameId = randomUUID();
    const spaceId = randomUUID();
    const rows = [reading(frameId, 1), reading(frameId, 2)];
    const second = await tables.commit(lease, { ...NOTHING, rows });
    if (second === null) throw new Error('refused');
    const change = { tenantId: TENANT, frameId, detail: 'why', spaceId, decoded: '{}' };
    await tables.commit(second, {
      ...NOTHING,
      rows: [reading(frameId, 3)],
      outcomes: [
        { ...change, outcome: 'unattributed' },
        { ...change, outcome: 'applied' },
      ],
    });
    expect(await keptOf(tables)).toEqual([
      { ...rows[0], outcome: 'applied', detail: 'why', spaceId, decoded: '{}' },
    ]);
  });

  it('keep the line of a device: what is neither uplink nor join is no part of it, and it says whether it is whole', async () => {
    const { tables, lease } = await acquired();
    const rows = [0, 1, 2, 3].map((s) => reading(randomUUID(), s, { outcome: s === 2 ? 'late' : 'orphan' }));
    const status = reading(randomUUID(), 2, { kind: 'status' });
    await tables.commit(lease, { ...NOTHING, rows: [...rows, status] });
    const from = addSeconds(T0, 2);
    expect(await tables.line(KEY, from, 1)).toEqual({ rows: rows.slice(1), isWhole: false });
    expect(await tables.line(KEY, from, 2)).toEqual({ rows, isWhole: true });
    expect(await tables.line(KEY, addSeconds(T0, 9), 0)).toEqual({ rows: [], isWhole: false });
    expect(await tables.line({ ...KEY, devEui: 'ffffffffffffffff' }, from, 5)).toEqual({
      rows: [],
      isWhole: true,
    });
  });

  it('find devices whose silence is due, the longest due first', async () => {
    const { tables, lease } = await acquired();
    const due = (devEui: string, s: number | null) =>
      device({ devEui, staleDueAt: s === null ? null : addSeconds(T0, s) });
    const devices = [due('00000000000000a1', 30), due('00000000000000a2', 10), due('00000000000000a3', null)];
    await tables.commit(lease, { ...NOTHING, devices: [...devices, due('00000000000000a4', 31)] });
    const found = await tables.silentBy(addSeconds(T0, 30), 10);
    expect(found.map(({ devEui }) => devEui)).toEqual(['00000000000000a2', '00000000000000a1']);
    expect(found[0]).toEqual({ ...KEY, devEui: '00000000000000a2', staleDueAt: addSeconds(T0, 10) });
    expect(await tables.silentBy(addSeconds(T0, 30), 1)).toHaveLength(1);
  });

  it('park devices and take them out again', async () => {
    const { tables, lease } = await acquired();
    const parked = { ...KEY, since: T0, reason: 'it throws', frameId: null };
    const second = await tables.commit(lease, { ...NOTHING, parked: [parked] });
    expect(await tables.parked()).toEqual([parked]);
    if (second === null) throw new Error('refused');
    await tables.commit(second, { ...NOTHING, unparked: [KEY] });
    expect(await tables.parked()).toEqual([]);
  });
});

describe('sensor tables in postgres', () => {
  it('take whatever a sender may have put into a text', async () => {
    const tables = new PostgresSensorTables(pool);
    const found = await tables.acquire('one', 1);
    if (found === null) throw new Error('a free lease was refused');
    const row = reading(randomUUID(), 1, {
      kind: 'a\0b',
      detail: '\0"\\\n{}',
      session: '\ud800',
      payload: ',"',
    });
    expect(await tables.commit(found.lease, { ...NOTHING, rows: [row] })).not.toBeNull();
    const { rows } = await pool.query<{ kind: string; detail: string; payload: string }>(
      'SELECT kind, detail, payload FROM sensing.sensor_readings WHERE frame_id = $1',
      [row.frameId],
    );
    expect(rows).toEqual([{ kind: 'a\ufffdb', detail: '\ufffd"\\\n{}', payload: ',"' }]);
  });

  it('go when the migration is taken back, and come again', async () => {
    const other = await createTestDatabase();
    await migrateUp({ databaseUrl: other.url, to: 5 });
    await migrateDown({ databaseUrl: other.url, to: 4 });
    await migrateUp({ databaseUrl: other.url });
    await other.drop();
  });
});
