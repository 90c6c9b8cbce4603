import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allProjections } from '../../../../projections/all-projections.ts';
import { rebuild } from '../../../../projections/runner/rebuild.ts';
import { startApi, type TestApi } from '../../../support/api.ts';
import { type LiveIntake, startLiveIntake } from '../../../support/live-intake.ts';
import { givenPlace } from '../../api/client.ts';
import { type Message, SensorBays } from './sensor-bays.ts';

const HOUR = 3_600;
/** Sends once a day at least. */
const DAILY = 'bosch-tps110-0.39';
/** Sends every three hours at least, so it is silent after 6 h 36 min. */
const THREE_HOURLY = 'pni-placepod';
const SILENT_AFTER = 6.6 * HOUR;

let api: TestApi;
let live: LiveIntake;
let bays: SensorBays;
beforeAll(async () => {
  api = await startApi();
  live = await startLiveIntake(api);
  bays = new SensorBays(api, live, await givenPlace(api));
  live.start();
});
afterAll(async () => {
  await live.pause();
  await api.close();
});

/** Decided by the same sequence of random numbers each time. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  return items
    .map((item) => ({ item, place: next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

describe('scenario 4: frames permuted, doubled and delayed', () => {
  const story: readonly Message[] = [
    { occupied: true, agoS: 9 * HOUR, fCnt: 1 },
    { occupied: false, agoS: 8.2 * HOUR, fCnt: 2 },
    { occupied: true, agoS: 7.5 * HOUR, fCnt: 3 },
    { occupied: true, agoS: 6.9 * HOUR, fCnt: 4, kind: 'heartbeat' },
    { occupied: false, agoS: 6.1 * HOUR, fCnt: 5 },
    { occupied: true, agoS: 5.05 * HOUR, fCnt: 7 },
    { occupied: false, agoS: 4.9 * HOUR, fCnt: 8 },
    { occupied: true, agoS: 3 * HOUR, fCnt: 1, devAddr: '0a0b0c0d' },
    { occupied: false, agoS: 2.5 * HOUR, fCnt: 2, devAddr: '0a0b0c0d' },
    { occupied: true, agoS: 1.2 * HOUR, fCnt: 4, devAddr: '0a0b0c0d' },
  ];

  /** What must come out the same; which frame told it first, and how often it was told, need not. */
  async function outcomeOf(spaceId: string) {
    const { since, value } = await bays.occupancy(spaceId);
    const stays = await bays.stays(spaceId);
    const hours = await bays.hours(spaceId, 10 * HOUR);
    return {
      present: { since, value },
      stays: stays.map(({ start_time, end_time, duration_s, uncertainty_s }) => ({
        start_time,
        end_time,
        duration_s,
        uncertainty_s,
      })),
      hours: hours.map(({ revision: _revision, computed_through: _through, ...hour }) => hour),
    };
  }

  it('come to the same present, the same stays and the same hours as in their order', async () => {
    const ordered = await bays.newBay('00000000000004a0', DAILY, 10 * HOUR);
    for (const message of story) await bays.send('00000000000004a0', message);
    await live.settled();
    const expected = await outcomeOf(ordered);
    expect(expected.stays).toHaveLength(5);
    expect(expected.hours.length).toBeGreaterThan(8);
    expect(expected.present).toEqual({ value: 'OCCUPIED', since: bays.at(1.2 * HOUR) });
    for (const seed of [1, 2, 3, 4]) {
      const devEui = `00000000000004a${seed}`;
      const bay = await bays.newBay(devEui, DAILY, 10 * HOUR);
      for (const message of shuffled([...story, ...story], seed)) {
        await bays.send(devEui, message);
        // Some are handled before the next one comes, some are not.
        if ((message.fCnt + seed) % 3 === 0) await live.settled();
      }
      await live.settled();
      expect(await outcomeOf(bay), `seed ${seed}`).toEqual(expected);
    }
  });
});

describe('scenario 5', () => {
  it('a counter that began anew after a join: the frame is taken', async () => {
    const eui = '00000000000005a0';
    const bay = await bays.newBay(eui, DAILY, 5 * HOUR);
    await bays.send(eui, { occupied: true, agoS: 4 * HOUR, fCnt: 900 });
    await bays.join(eui, '0f0f0f0f', 3 * HOUR);
    await bays.send(eui, { occupied: false, agoS: 2 * HOUR, fCnt: 0, devAddr: '0f0f0f0f' });
    await live.settled();
    expect(await bays.occupancy(bay)).toMatchObject({ value: 'VACANT', since: bays.at(2 * HOUR) });
  });

  it('the same frame by two ways: kept twice as evidence, with its effect once', async () => {
    const eui = '00000000000005b0';
    const bay = await bays.newBay(eui, DAILY, 5 * HOUR);
    const message: Message = { occupied: true, agoS: HOUR, fCnt: 10 };
    const [one, other] = [
      await bays.send(eui, message),
      await bays.send(eui, { ...message, agoS: HOUR - 2 }),
    ];
    await live.settled();
    expect(one).not.toBe(other);
    expect(await bays.occupancy(bay)).toMatchObject({ value: 'OCCUPIED', since: bays.at(HOUR) });
    expect(await bays.stays(bay)).toHaveLength(1);
    const { rows } = await api.pool.query<{ outcome: string }>(
      'SELECT outcome FROM sensing.sensor_readings WHERE dev_eui = $1 ORDER BY outcome',
      [eui],
    );
    expect(rows.map(({ outcome }) => outcome)).toEqual(['applied', 'repeat']);
  });
});

describe('scenario 7: a sensor dies during a stay', () => {
  const died = async (eui: string) => {
    const bay = await bays.newBay(eui, THREE_HOURLY, 12 * HOUR);
    await bays.send(eui, { occupied: false, agoS: 10 * HOUR, fCnt: 1 });
    await bays.send(eui, { occupied: true, agoS: 9 * HOUR, fCnt: 2 });
    const seen = async () => {
      await live.settled();
      return bays.occupancy(bay);
    };
    await expect.poll(seen, { timeout: 10_000 }).toMatchObject({
      value: 'UNKNOWN',
      since: bays.at(9 * HOUR - SILENT_AFTER),
    });
    return bay;
  };

  it('nobody knows from its deadline on; back OCCUPIED it was one stay, bridged', async () => {
    const bay = await died('00000000000007a0');
    // Held, as the bay's policy wants it: never said to be free.
    expect(await bays.space(bay)).toMatchObject({ state: 'OCCUPIED' });
    expect(await bays.incidents(bay)).toMatchObject([{ kind: 'device-stale', status: 'open' }]);
    await bays.send('00000000000007a0', { occupied: true, agoS: HOUR, fCnt: 9 });
    await live.settled();
    expect(await bays.occupancy(bay)).toMatchObject({ value: 'OCCUPIED', since: bays.at(HOUR) });
    expect(await bays.stays(bay)).toMatchObject([
      { start_time: bays.at(9 * HOUR), end_time: null, quality: 'bridged' },
    ]);
    expect(await bays.incidents(bay)).toMatchObject([{ kind: 'device-stale', status: 'ended' }]);
  });

  it('back VACANT the stay has an uncertain end', async () => {
    const bay = await died('00000000000007b0');
    await bays.send('00000000000007b0', { occupied: false, agoS: HOUR, fCnt: 9 });
    await live.settled();
    expect(await bays.stays(bay)).toMatchObject([
      {
        start_time: bays.at(9 * HOUR),
        end_time: bays.at(HOUR),
        // Its counter says that messages were lost, so the car may have gone at once.
        uncertainty_s: 8 * HOUR,
        quality: 'uncertain',
      },
    ]);
  });

  it('U9: what was sent before the deadline and comes after it takes the silence back', async () => {
    const bay = await died('00000000000007c0');
    for (const agoS of [8, 5, 2]) {
      await bays.send('00000000000007c0', {
        occupied: true,
        agoS: agoS * HOUR,
        fCnt: 12 - agoS,
        kind: 'heartbeat',
      });
    }
    await live.settled();
    expect(await bays.occupancy(bay)).toMatchObject({ value: 'OCCUPIED', since: bays.at(9 * HOUR) });
    expect(await bays.incidents(bay)).toMatchObject([{ kind: 'device-stale', status: 'retracted' }]);
    const [stay, ...others] = await bays.stays(bay);
    expect(others).toEqual([]);
    expect(stay).toMatchObject({ start_time: bays.at(9 * HOUR), end_time: null, uncertainty_s: 0 });
    const hours = await bays.hours(bay, 9 * HOUR);
    // All that was unknown for a while is known again.
    expect(hours.slice(1).map(({ unknown_s }) => unknown_s)).toEqual(hours.slice(1).map(() => 0));
  });
});

describe('scenario 8: a device is swapped during a stay', () => {
  it('the stay goes on; a late frame of the old device lands on the bay that it watched then', async () => {
    const [old, young] = ['00000000000008a0', '00000000000008a1'];
    const bay = await bays.newBay(old, DAILY, 9 * HOUR);
    await bays.newDevice(young, DAILY);
    await bays.send(old, { occupied: true, agoS: 6 * HOUR, fCnt: 1 });
    await live.settled();
    await bays.assign(bay, young, 4 * HOUR);
    await live.settled();
    expect(await bays.occupancy(bay)).toMatchObject({ value: 'UNKNOWN', since: bays.at(4 * HOUR) });
    await bays.send(young, { occupied: true, agoS: 4 * HOUR - 600, fCnt: 1 });
    await live.settled();
    expect(await bays.stays(bay)).toMatchObject([
      { start_time: bays.at(6 * HOUR), end_time: null, quality: 'bridged' },
    ]);
    // The old one watches another bay by now.
    const other = await bays.emptyBay(9 * HOUR);
    await bays.assign(other, old, 3 * HOUR);
    await bays.send(old, { occupied: false, agoS: 5 * HOUR, fCnt: 2 });
    await bays.send(old, { occupied: true, agoS: 2 * HOUR, fCnt: 3 });
    await live.settled();
    expect(await bays.occupancy(other)).toMatchObject({ value: 'OCCUPIED', since: bays.at(2 * HOUR) });
    expect(await bays.stays(other)).toHaveLength(1);
    expect(await bays.occupancy(bay)).toMatchObject({ value: 'OCCUPIED' });
    const stays = await bays.stays(bay);
    expect(stays.map(({ start_time, end_time }) => [start_time, end_time]).sort()).toEqual(
      [
        [bays.at(6 * HOUR), bays.at(5 * HOUR)],
        [bays.at(4 * HOUR - 600), null],
      ].sort(),
    );
  });
});

describe('scenario 12, the rebuild', () => {
  it('read models and the tables of the sensor process are made anew, and nobody is told anything', async () => {
    await live.settled();
    const before = await api.eventCount();
    await live.pause();
    await api.pool.query('TRUNCATE sensing.sensor_readings, sensing.device_liveness, sensing.checkpoint');
    live.start();
    await live.settled();
    const { store } = api;
    for (const projection of allProjections) {
      const result = await rebuild(projection, { pool: api.pool, store, verify: true });
      expect(result, projection.name).toMatchObject({ swapped: true, parkedStreams: 0 });
    }
    expect(await api.eventCount()).toBe(before);
  });
});
