import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { type PostgresStore } from '../../../adapters/postgres-store/postgres-store.ts';
import { PostgresSensorTables } from '../../../adapters/sensor-tables/postgres-sensor-tables.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { streamName, type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { addSeconds } from '../../../domain/time/instant.ts';
import { allProjections } from '../../../projections/all-projections.ts';
import { maybeOneDeviceHealth } from '../../../projections/device-health/queries.ts';
import { manyOrphans } from '../../../projections/orphans/queries.ts';
import { rebuild } from '../../../projections/runner/rebuild.ts';
import { manySessions } from '../../../projections/sessions/queries.ts';
import { AnyCarPark, T0, TENANT } from '../../unit/sensor-process/car-park.ts';
import { append, dump, type Fixture, happened, openFixture, startRunner, untilApplied } from './fixture.ts';

const STRANGER = 'ffffffffffffff0a';
const DEVICES = ['0000000000000a01', '0000000000000a02', '0000000000000a03'];
const CODES = ['A-01', 'A-02', 'A-03'];
const DAY_S = 86_400;

let fixture: Fixture;
let store: PostgresStore;
let park: AnyCarPark<PostgresStore, PostgresSensorTables>;
beforeAll(async () => {
  fixture = await openFixture();
  store = await openPostgresStore({ connectionString: fixture.url });
  park = new AnyCarPark(store, new PostgresSensorTables(fixture.pool));
});
afterAll(async () => {
  await park.end();
  await store.close();
  await fixture.close();
});

/** Arrivals and departures over two days, some of them late, one device that nobody knows. */
async function liveTwoDays(): Promise<void> {
  await park.open(CODES);
  for (const [index, code] of CODES.entries()) await park.assign(DEVICES[index] ?? '', code);
  park.start();
  for (let round = 1; round <= 12; round += 1) {
    const atS = round * 14_400;
    for (const devEui of DEVICES)
      await park.send({ devEui, occupied: round % 2 === 1, atS, fCnt: 2 * round });
    await park.send({ devEui: STRANGER, occupied: true, atS, fCnt: round });
    // Sent between the rounds, received after them.
    const late = { devEui: DEVICES[0] ?? '', occupied: round % 3 === 0, fCnt: 2 * round - 1 };
    if (round % 4 === 0) await park.send({ ...late, atS: atS - 7_200, receivedS: atS + 60 });
    await park.settle();
  }
  await park.end();
}

async function framesIn(from: EventStore): Promise<Set<StreamName>> {
  const streams = new Set<StreamName>();
  for await (const page of from.readAll({ categories: ['frames'] }))
    for (const { stream } of page) streams.add(stream);
  return streams;
}

/** Every frame expired, its partition dropped. */
async function loseTheFrames(streams: ReadonlySet<StreamName>): Promise<void> {
  const later = await openPostgresStore({
    connectionString: fixture.url,
    now: () => new Date(Date.now() + 200 * DAY_S * 1000),
  });
  for (const stream of streams) await later.retain(stream, DAY_S);
  expect(await later.expire()).toBeGreaterThan(0);
  await later.close();
}

async function rebuiltDump(): Promise<string[]> {
  for (const projection of allProjections) {
    const result = await rebuild(projection, { pool: fixture.pool, store, verify: true });
    expect(result, projection.name).toMatchObject({ swapped: true, parkedStreams: 0 });
  }
  return dump(fixture.pool, allProjections);
}

async function applied(): Promise<void> {
  const running = startRunner(fixture, store, allProjections);
  await untilApplied(fixture, store, allProjections);
  await running.stop();
  expect(running.problems).toEqual([]);
}

/** The first stay of the first bay was two: nobody was there in its second hour. And a stranger was seen. */
async function correctTheFirstStay(): Promise<void> {
  const spaceId = park.spaceOf('A-01');
  const found = await manySessions(fixture.database, TENANT, { spaceId }, { limit: 1 });
  const [first] = found.items;
  if (first?.end_time === undefined || first.end_time === null) throw new Error('the first stay has ended');
  const [from, to] = [addSeconds(first.start_time, 3_600), addSeconds(first.start_time, 7_200)];
  const whole = { session_id: first.id, start: first.start_time, uncertainty_s: 0, bridged: false };
  const second = { ...whole, session_id: randomUUID(), start: to, end: first.end_time };
  const data = {
    from,
    to,
    before: [{ value: 'OCCUPIED' as const, since: from, until: to }],
    after: [{ value: 'VACANT' as const, since: from, until: to }],
    sessions: {
      added: [second],
      removed: [],
      changed: [{ before: { ...whole, end: first.end_time }, after: { ...whole, end: from } }],
    },
    correction_no: 1,
  };
  const corrected = happened({ type: 'OccupancyHistoryCorrected', data }, park.now);
  await append(store, streamName('space', TENANT, spaceId), corrected);
  const seen = happened({ type: 'OrphanSeen', data: { first_frame_id: randomUUID() } }, T0);
  await append(store, streamName('device', TENANT, STRANGER), seen);
}

it('H9: every read model is rebuilt byte for byte, with the frames there and after they expired', async () => {
  await liveTwoDays();
  await applied();
  await correctTheFirstStay();
  await applied();
  const live = await dump(fixture.pool, allProjections);
  expect(live.filter((line) => line.startsWith('sessions ')).length).toBeGreaterThan(10);
  expect(live.filter((line) => line.startsWith('utilization_hourly ')).length).toBeGreaterThan(100);
  expect(live.filter((line) => line.startsWith('session_corrections '))).toHaveLength(2);
  const stays = await manySessions(fixture.database, TENANT, { quality: 'corrected' }, { limit: 9 });
  expect(stays.items.map(({ duration_s, correction_no }) => [duration_s, correction_no])).toEqual([
    [3_600, 1],
    [7_200, 1],
  ]);

  const streams = await framesIn(store);
  expect(streams.size).toBeGreaterThan(1);
  expect(await rebuiltDump()).toEqual(live);

  await loseTheFrames(streams);
  expect((await framesIn(store)).size).toBe(0);
  expect(await rebuiltDump()).toEqual(live);
});

it('what frames say of devices is joined from the tables of the sensor process', async () => {
  const [eui = ''] = DEVICES;
  expect(await maybeOneDeviceHealth(fixture.database, TENANT, eui)).toMatchObject({
    lifecycle: 'live',
    last_heard_at: addSeconds(T0, 12 * 14_400),
    stale_since: null,
  });
  expect(await manyOrphans(fixture.database, TENANT, { limit: 9 })).toMatchObject({
    items: [{ devEui: STRANGER, framesKept: 12, lastHeardAt: addSeconds(T0, 12 * 14_400) }],
  });
});
