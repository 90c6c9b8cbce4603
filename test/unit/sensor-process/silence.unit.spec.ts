import { afterEach, describe, expect, it } from 'vitest';
import { addSeconds } from '../../../domain/time/instant.ts';
import { CarPark, T0 } from './car-park.ts';

const A = '00000000000000aa';
const B = '00000000000000bb';
const HOUR = 3_600;
/** Two heartbeats of a day and ten per cent. */
const SILENT_AFTER = 52.8 * HOUR;

let park: CarPark;
afterEach(() => park.end());

async function parkWith(...assigned: readonly (readonly [string, string])[]): Promise<void> {
  park = new CarPark();
  await park.open(['P1', 'P2']);
  for (const [devEui, code] of assigned) await park.assign(devEui, code);
  park.start();
  await park.settle();
}

const later = (s: number) => addSeconds(T0, s);

/** Our clock goes on, and nothing comes. */
async function nothingUntil(s: number): Promise<void> {
  park.now = later(s);
  await park.settle();
  await new Promise((resolve) => setTimeout(resolve, 30));
  await park.settleSilences();
}

async function stays(code: string) {
  const { state } = await park.handlers.wholeSpace.load(
    '11111111-1111-5111-8111-111111111111',
    park.spaceOf(code),
  );
  return state.status === 'unregistered' ? [] : (state.history?.stays ?? []);
}

async function typesOf(prefix: string): Promise<readonly string[]> {
  const events = await park.domainEvents();
  return events.filter(({ stream }) => stream.startsWith(prefix)).map(({ type }) => type);
}

describe('scenario 7: a sensor dies during a stay', () => {
  async function diesDuringAStay(): Promise<void> {
    await parkWith([A, 'P1']);
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1 });
    await nothingUntil(10 + SILENT_AFTER - 1);
    expect(await park.occupancy('P1')).toMatchObject({ value: 'OCCUPIED' });
    await nothingUntil(10 + SILENT_AFTER + 60);
    expect(await park.occupancy('P1')).toMatchObject({
      value: 'UNKNOWN',
      lastKnown: 'OCCUPIED',
      since: later(10 + SILENT_AFTER),
    });
  }

  it('is unknown from its deadline on, told to device and space under one correlation', async () => {
    await diesDuringAStay();
    const events = (await park.domainEvents()).slice(-2);
    expect(events).toMatchObject([
      {
        type: 'DeviceWentStale',
        data: { last_heard_at: later(10), deadline: later(10 + SILENT_AFTER), f_cnt: 1 },
      },
      { type: 'OccupancyChanged', data: { value: 'UNKNOWN', since: later(10 + SILENT_AFTER) } },
    ]);
  });

  it('back OCCUPIED it was one stay, bridged', async () => {
    await diesDuringAStay();
    await park.send({ devEui: A, occupied: true, atS: 60 * HOUR, fCnt: 9 });
    await park.settle();
    expect(await stays('P1')).toMatchObject([{ start: later(10), end: null, bridged: true }]);
    expect((await typesOf('device-')).slice(-2)).toEqual(['DeviceWentStale', 'DeviceHeardAgain']);
  });

  it('back VACANT its end is uncertain by the whole gap', async () => {
    await diesDuringAStay();
    await park.send({ devEui: A, occupied: false, atS: 60 * HOUR, fCnt: 2 });
    await park.settle();
    expect(await stays('P1')).toMatchObject([
      { start: later(10), end: later(60 * HOUR), uncertaintyS: 60 * HOUR - 10 - SILENT_AFTER },
    ]);
  });

  it('U9: a frame sent before the deadline that comes after it takes the silence back', async () => {
    await diesDuringAStay();
    await park.send({
      devEui: A,
      occupied: true,
      atS: 20 * HOUR,
      fCnt: 2,
      kind: 'heartbeat',
      receivedS: 60 * HOUR,
    });
    await park.settle();
    expect(await park.occupancy('P1')).toMatchObject({ value: 'OCCUPIED', since: later(10) });
    expect(await stays('P1')).toMatchObject([
      { start: later(10), end: null, bridged: false, uncertaintyS: 0 },
    ]);
    expect((await typesOf('device-')).at(-1)).toBe('DeviceStaleRetracted');
    await nothingUntil(20 * HOUR + SILENT_AFTER + 1);
    expect(await park.occupancy('P1')).toMatchObject({
      value: 'UNKNOWN',
      since: later(20 * HOUR + SILENT_AFTER),
    });
  });

  it('waits while what was received in time may still be on its way', async () => {
    await parkWith([A, 'P1']);
    await park.end();
    let through = later(HOUR);
    park.start({ intakes: () => Promise.resolve([{ through, byTenant: new Map() }]) });
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1 });
    park.now = later(100 * HOUR);
    await park.settle();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await park.occupancy('P1')).toMatchObject({ value: 'OCCUPIED' });
    through = later(100 * HOUR);
    await expect.poll(async () => (await park.occupancy('P1'))?.value).toBe('UNKNOWN');
  });

  it('run again from the first frame adds nothing', async () => {
    await diesDuringAStay();
    await park.send({ devEui: A, occupied: false, atS: 60 * HOUR, fCnt: 2 });
    await nothingUntil(200 * HOUR);
    const before = await park.domainEvents();
    const again = park.withEmptyTables();
    again.start();
    await again.settleSilences();
    await again.end();
    expect(await park.domainEvents()).toEqual(before);
  });
});

describe('scenario 8: a device is swapped during a stay', () => {
  it('a late frame of the old device lands on the space that it watched then', async () => {
    await parkWith([A, 'P1']);
    await park.send({ devEui: A, occupied: true, atS: 100, fCnt: 1 });
    await park.settle();
    park.now = later(1_000);
    await park.assign(B, 'P1', later(1_000));
    await park.send({ devEui: B, occupied: true, atS: 1_300, fCnt: 1 });
    await park.settle();
    expect(await stays('P1')).toMatchObject([{ start: later(100), end: null, bridged: true }]);
    // The car had left before the swap, and another one came: the old sensor had seen it.
    await park.send({ devEui: A, occupied: false, atS: 700, fCnt: 2, receivedS: 2_000 });
    await park.settle();
    expect(await stays('P1')).toMatchObject([
      { start: later(100), end: later(700), bridged: false },
      { start: later(1_300), end: null },
    ]);
    expect(await park.occupancy('P1')).toMatchObject({ value: 'OCCUPIED', since: later(1_300) });
    expect((await park.occupancy('P2'))?.value).toBe('UNKNOWN');
  });

  it('a frame of a device that watches another space by now goes to the one that it watched', async () => {
    await parkWith([A, 'P1']);
    await park.send({ devEui: A, occupied: true, atS: 100, fCnt: 1 });
    await park.settle();
    park.now = later(1_000);
    await park.move(A, 'P1', 'P2', later(1_000));
    await park.send({ devEui: A, occupied: true, atS: 1_200, fCnt: 3 });
    await park.settle();
    await park.send({ devEui: A, occupied: false, atS: 900, fCnt: 2, receivedS: 1_500 });
    await park.settle();
    expect(await stays('P1')).toMatchObject([{ start: later(100), end: later(900) }]);
    expect(await park.occupancy('P1')).toMatchObject({ value: 'UNKNOWN', lastKnown: 'VACANT' });
    expect(await park.occupancy('P2')).toMatchObject({ value: 'OCCUPIED', since: later(1_200) });
  });
});

describe('scenario 5: a counter begins anew', () => {
  it('after a join the frame is taken; without one, and long after, it is taken and put down as suspicious', async () => {
    await parkWith([A, 'P1']);
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 500 });
    await park.join(A, '0a0b0c0d', 100);
    await park.send({ devEui: A, occupied: false, atS: 110, fCnt: 1, devAddr: '0a0b0c0d' });
    await park.settle();
    expect(await park.occupancy('P1')).toMatchObject({ value: 'VACANT', since: later(110) });
    await park.send({ devEui: A, occupied: true, atS: 5_000, fCnt: 0, devAddr: '0a0b0c0d' });
    await park.settle();
    expect(await park.occupancy('P1')).toMatchObject({ value: 'OCCUPIED', since: later(5_000) });
    expect((await typesOf('device-')).at(-1)).toBe('FrameCounterResetSuspected');
  });
});

describe('U5: what a device says of the state before repairs what was lost', () => {
  const NWAVE = 'nwave-nps405';

  it('a lost departure and arrival: two stays, with the vacancy that the device tells of', async () => {
    park = new CarPark();
    await park.open(['P1', 'P2']);
    await park.assign(A, 'P1', T0, NWAVE);
    park.start();
    await park.send({ devEui: A, occupied: true, atS: 600, fCnt: 1, type: NWAVE });
    // Counter 2, "vacant", is lost.
    await park.send({ devEui: A, occupied: true, atS: 9_000, fCnt: 3, type: NWAVE, previousDurationMin: 20 });
    await park.settle();
    expect(await stays('P1')).toMatchObject([
      { start: later(600), end: later(9_000 - 1_200) },
      { start: later(9_000), end: null, uncertaintyS: 0 },
    ]);
  });
});

describe('U8, U11: the health of a device', () => {
  it('U8: more changes within an hour than a bay can have are flapping; it ends when it calms down', async () => {
    await parkWith([A, 'P1']);
    for (let n = 1; n <= 14; n += 1) {
      await park.send({ devEui: A, occupied: n % 2 === 1, atS: n * 60, fCnt: n });
    }
    await park.settle();
    expect((await typesOf('device-')).at(-1)).toBe('SensorFlappingStarted');
    expect(await park.occupancy('P1')).toMatchObject({ value: 'VACANT', since: later(14 * 60) });
    await park.send({ devEui: A, occupied: true, atS: 3 * HOUR, fCnt: 15 });
    await park.settle();
    expect((await typesOf('device-')).at(-1)).toBe('SensorFlappingEnded');
  });

  it('U11: a low battery is told once, and again when it is well; occupancy has nothing to do with it', async () => {
    await parkWith([A, 'P1']);
    await park.end();
    await park.assign(B, 'P2', T0, 'nwave-nps405');
    park.start();
    const battery = (atS: number, fCnt: number, batteryMv: number) =>
      park.send({
        devEui: B,
        occupied: false,
        atS,
        fCnt,
        kind: 'heartbeat',
        type: 'nwave-nps405',
        batteryMv,
      });
    for (const [n, mv] of [3_500, 2_900, 2_950, 3_050, 3_400].entries())
      await battery(100 + n * 60, n + 1, mv);
    await park.settle();
    const health = (await park.domainEvents()).filter(({ type }) => type.startsWith('Battery'));
    expect(health.map(({ type }) => type)).toEqual(['BatteryLow', 'BatteryRecovered']);
    expect((await typesOf('space-')).filter((type) => type === 'OccupancyChanged')).toHaveLength(1);
  });
});
