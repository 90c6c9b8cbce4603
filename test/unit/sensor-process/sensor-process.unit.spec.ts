import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { addSeconds } from '../../../domain/time/instant.ts';
import { type Handlers } from '../../../application/commands/handlers.ts';
import { MemorySensorTables } from '../../../adapters/sensor-tables/memory-sensor-tables.ts';
import { StoreChangedError } from '../../../application/sensor-process/options.ts';
import { CarPark, T0, TENANT, uplinkBody } from './car-park.ts';

const A = '00000000000000aa';
const B = '00000000000000bb';

class FailingTables extends MemorySensorTables {
  fails = false;
  failures = 0;

  override commit(...args: Parameters<MemorySensorTables['commit']>) {
    if (!this.fails) return super.commit(...args);
    this.failures += 1;
    return Promise.reject(new Error('the database is away'));
  }
}

/** Folding does not end before it is allowed to. */
class HeldTables extends MemorySensorTables {
  letGo: () => void = () => undefined;
  readonly #held = new Promise<void>((resolve) => {
    this.letGo = resolve;
  });

  override async waiting() {
    await this.#held;
    return super.waiting();
  }
}

/** A fault of the program that hits one device. */
function brokenWhile(handlers: Handlers, isBroken: () => boolean): Handlers {
  const space = Object.create(handlers.space) as Handlers['space'];
  space.load = (...args) => handlers.space.load(...args);
  space.handle = (...args) =>
    isBroken() ? Promise.reject(new TypeError('a mistake')) : handlers.space.handle(...args);
  return { ...handlers, space };
}

let park: CarPark;
afterEach(() => park.end());

async function parkWith(...assigned: readonly (readonly [string, string])[]): Promise<CarPark> {
  park = new CarPark();
  await park.open(['P1', 'P2']);
  for (const [devEui, code] of assigned) await park.assign(devEui, code);
  park.start();
  await park.settle();
  return park;
}

describe('the sensor process', () => {
  it('turns frames into occupancy, one event per change', async () => {
    await parkWith([A, 'P1']);
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1 });
    await park.send({ devEui: A, occupied: true, atS: 20, fCnt: 2, kind: 'heartbeat' });
    await park.send({ devEui: A, occupied: false, atS: 30, fCnt: 3 });
    await park.settle();
    const changes = (await park.domainEvents()).filter(({ type }) => type === 'OccupancyChanged');
    expect(changes.map(({ data }) => data)).toMatchObject([
      { value: 'OCCUPIED', since: addSeconds(T0, 10), uncertainty_s: 0, evidence: { dev_eui: A, f_cnt: 1 } },
      { value: 'VACANT', since: addSeconds(T0, 30) },
    ]);
    expect(park.outcomes()).toEqual(['applied', 'unchanged', 'applied']);
  });

  it('carries the frame through as correlation, and names itself as the actor', async () => {
    await parkWith([A, 'P1']);
    const { frameId } = await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1 });
    await park.settle();
    const found = [];
    for await (const page of park.store.readAll({ categories: ['space'] })) {
      found.push(...page.filter(({ metadata }) => metadata['$correlationId'] === frameId));
    }
    expect(found.map(({ type }) => type)).toEqual(['OccupancyChanged', 'SpaceStateChanged']);
    expect(found[0]?.metadata['actor']).toEqual({ type: 'system', id: 'sensor-process' });
  });

  it('keeps frames of unknown devices, and offers them when the device is assigned with effect from before', async () => {
    await parkWith();
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1 });
    await park.send({ devEui: A, occupied: false, atS: 50, fCnt: 2 });
    await park.settle();
    expect(park.outcomes()).toEqual(['orphan', 'orphan']);
    await park.assign(A, 'P1', T0);
    await expect.poll(() => park.outcomes(), { timeout: 5_000 }).toEqual(['applied', 'applied']);
    expect(await park.occupancy('P1')).toMatchObject({ value: 'VACANT', since: addSeconds(T0, 50) });
  });

  it('does not attribute what was sent before the assignment', async () => {
    await parkWith();
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1 });
    await park.settle();
    park.now = addSeconds(T0, 100);
    await park.assign(A, 'P1', addSeconds(T0, 100));
    await park.send({ devEui: A, occupied: true, atS: 110, fCnt: 2 });
    await park.settle();
    expect(await park.occupancy('P1')).toMatchObject({ value: 'OCCUPIED', since: addSeconds(T0, 110) });
  });

  it('U4: a late frame corrects the past and leaves the present what it is', async () => {
    await parkWith([A, 'P1']);
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1 });
    await park.send({ devEui: A, occupied: true, atS: 90, fCnt: 3 });
    await park.settle();
    const before = await park.domainEvents();
    await park.send({ devEui: A, occupied: false, atS: 50, fCnt: 2, receivedS: 100 });
    await park.settle();
    const [correction, ...others] = (await park.domainEvents()).slice(before.length);
    expect(others).toEqual([]);
    expect(correction).toMatchObject({
      type: 'OccupancyHistoryCorrected',
      data: {
        from: addSeconds(T0, 50),
        to: addSeconds(T0, 90),
        before: [{ value: 'OCCUPIED' }],
        after: [{ value: 'VACANT' }],
        correction_no: 1,
      },
    });
    expect(await park.occupancy('P1')).toMatchObject({ value: 'OCCUPIED', since: addSeconds(T0, 90) });
    expect(park.tables.allReadings().map(({ fCnt, outcome }) => [fCnt, outcome])).toEqual([
      [1, 'applied'],
      [2, 'late'],
      [3, 'unchanged'],
    ]);
  });

  it('takes one message that the radio sent twice as one reading', async () => {
    await parkWith([A, 'P1']);
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 7 });
    await park.send({ devEui: A, occupied: true, atS: 15, fCnt: 7 });
    await park.settle();
    expect([...park.outcomes()].sort()).toEqual(['applied', 'repeat']);
  });

  it('drops a second copy of a frame', async () => {
    await parkWith([A, 'P1']);
    const body = uplinkBody({ devEui: A, occupied: true, atS: 10, fCnt: 7 });
    await park.sendBody('up', body);
    // Another intake does not know that this one has stored it.
    const twin = park.store;
    for await (const page of twin.readAll({ categories: ['frames'] })) {
      const [frame] = page;
      if (frame === undefined) break;
      const copy = { ...frame, id: '99999999-9999-4999-8999-999999999999' };
      await twin.append(frame.stream, [copy], { expected: 'any' });
      break;
    }
    await park.settle();
    expect(park.outcomes()).toEqual(['applied']);
  });

  it('records joins, and counts from the beginning after one', async () => {
    await parkWith([A, 'P1']);
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 5000, devAddr: '00000001' });
    await park.join(A, '00000002', 20);
    await park.send({ devEui: A, occupied: false, atS: 30, fCnt: 0, devAddr: '00000002' });
    // The join was lost, the new address shows it.
    await park.send({ devEui: A, occupied: true, atS: 60, fCnt: 0, devAddr: '00000003' });
    await park.settle();
    expect(park.outcomes()).toEqual(['applied', 'join', 'applied', 'applied']);
    const joins = (await park.domainEvents()).filter(({ type }) => type === 'DeviceJoined');
    expect(joins.map(({ data }) => data)).toMatchObject([
      { dev_addr: '00000002', at: addSeconds(T0, 20) },
      { dev_addr: '00000003', at: addSeconds(T0, 60) },
    ]);
  });

  it('takes both of two messages of one instant', async () => {
    await parkWith([A, 'P1']);
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1 });
    await park.send({ devEui: A, occupied: false, atS: 10, fCnt: 2 });
    await park.settle();
    expect(await park.occupancy('P1')).toMatchObject({ value: 'VACANT', since: '2026-03-01T08:00:10.001Z' });
  });

  it('offers what is not in the tables yet, too', async () => {
    park = new CarPark();
    await park.open(['P1']);
    const process = park.start({ commitIntervalMs: 200 });
    await park.settle();
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1 });
    await expect.poll(() => process.status().open, { interval: 1 }).toBeGreaterThan(0);
    await park.assign(A, 'P1', T0);
    await expect.poll(() => park.outcomes(), { timeout: 5_000 }).toEqual(['applied']);
  });

  it('lets many new devices in side by side: none waits for a commit of another', async () => {
    park = new CarPark();
    const devices = Array.from({ length: 20 }, (_, n) => (0xb0b0000000000000n + BigInt(n)).toString(16));
    await park.open(devices.map((_, n) => `P${n}`));
    park.start({ commitIntervalMs: 200 });
    await park.settle();
    for (const [n, devEui] of devices.entries()) await park.assign(devEui, `P${n}`, T0);
    for (const devEui of devices) await park.send({ devEui, occupied: true, atS: 10, fCnt: 1 });
    // One commit for each of the 20 registrations and 20 claims would take 8 s.
    const applied = () => park.outcomes().filter((outcome) => outcome === 'applied').length;
    await expect.poll(applied, { timeout: 3_000 }).toBe(20);
  });

  it('tells again once in a while, so that the sensor has the last word over staff', async () => {
    await parkWith([A, 'P1']);
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1 });
    await park.settle();
    await park.observe('P1', 'VACANT', 60);
    await park.send({ devEui: A, occupied: true, atS: 3_600, fCnt: 2, kind: 'heartbeat' });
    await park.settle();
    expect(await park.occupancy('P1')).toMatchObject({ value: 'OCCUPIED', since: addSeconds(T0, 3_600) });
  });

  it('tells a space that learns of its sensor later than the device did', async () => {
    await parkWith();
    await park.claimOnly(A, 'P1', T0);
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1 });
    await expect.poll(() => park.outcomes()).toEqual(['unattributed']);
    await park.assign(A, 'P1', T0);
    await expect.poll(() => park.outcomes(), { timeout: 5_000 }).toEqual(['applied']);
  });

  it('goes on after a restart with what a space had not taken', async () => {
    await parkWith();
    await park.claimOnly(A, 'P1', T0);
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1 });
    await expect.poll(() => park.outcomes()).toEqual(['unattributed']);
    await park.end();
    await park.assign(A, 'P1', T0);
    park.start();
    await expect.poll(() => park.outcomes(), { timeout: 5_000 }).toEqual(['applied']);
  });

  it('writes nothing behind results whose writing was not answered', async () => {
    const tables = new FailingTables();
    park = new CarPark(undefined, tables);
    await park.open(['P1', 'P2']);
    await park.assign(A, 'P1');
    await park.assign(B, 'P2');
    park.start();
    await park.settle();
    tables.fails = true;
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1 });
    await expect.poll(() => tables.failures).toBeGreaterThan(0);
    await park.send({ devEui: B, occupied: true, atS: 10, fCnt: 1 });
    await expect.poll(async () => (await park.occupancy('P2'))?.value).toBe('OCCUPIED');
    const ended = park.end();
    tables.fails = false;
    await ended;
    park.start();
    await park.settle();
    expect(park.outcomes()).toEqual(['applied', 'applied']);
  });

  it('refuses the tables of another store', async () => {
    await parkWith([A, 'P1']);
    await park.end();
    const other = new CarPark(undefined, park.tables);
    await expect(other.newProcess().run(new AbortController().signal)).rejects.toThrow(StoreChangedError);
  });

  it('tries parked devices again', async () => {
    park = new CarPark();
    await park.open(['P1']);
    await park.assign(A, 'P1');
    let isBroken = true;
    const handlers = brokenWhile(park.handlers, () => isBroken);
    park.start({ handlers, retryParkedMs: 20 });
    await park.settle();
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1 });
    await expect.poll(() => park.outcomes(), { timeout: 5_000 }).toEqual(['parked']);
    isBroken = false;
    await expect.poll(() => park.outcomes(), { timeout: 5_000 }).toEqual(['applied']);
    expect(await park.tables.parked()).toEqual([]);
  });

  it('hears a device again whose counter began anew without a join', async () => {
    await parkWith([A, 'P1']);
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 5000 });
    await park.send({ devEui: A, occupied: false, atS: 3600, fCnt: 0 });
    await park.settle();
    expect(park.outcomes()).toEqual(['applied', 'applied']);
  });

  it('keeps what it cannot decode, and what is no uplink', async () => {
    await parkWith([A, 'P1']);
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1, fPort: 99, data: 'AAAA' });
    await park.send({ devEui: A, occupied: true, atS: 20, fCnt: 2, fPort: 0, data: '' });
    await park.sendBody(
      'status',
      { deduplicationId: 'x', deviceInfo: { devEui: A }, margin: 3 },
      addSeconds(T0, 30),
    );
    await park.sendBody('log', { level: 'INFO' }, addSeconds(T0, 40));
    await park.settle();
    expect(park.tables.allReadings().map(({ devEui, outcome, detail }) => [devEui, outcome, detail])).toEqual(
      [
        [null, 'network-event', null],
        [A, 'undecodable', 'unknown-f-port'],
        [A, 'no-payload', null],
        [A, 'network-event', null],
      ],
    );
  });

  it('clamps a time in the future to the time of receipt and says so', async () => {
    await parkWith([A, 'P1']);
    await park.send({ devEui: A, occupied: true, atS: 1_000, fCnt: 1, receivedS: 10 });
    await park.settle();
    expect(await park.occupancy('P1')).toMatchObject({ since: addSeconds(T0, 10) });
    const [change] = (await park.domainEvents()).filter(({ type }) => type === 'OccupancyChanged');
    expect(change?.data).toMatchObject({ evidence: { clock_suspect: true, time_source: 'received' } });
  });

  it('records what was sent before the space was commissioned, and does not apply it', async () => {
    park = new CarPark();
    park.now = addSeconds(T0, 60);
    await park.open(['P1'], park.now);
    await park.assign(A, 'P1', park.now);
    park.start();
    await park.settle();
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1, receivedS: 70 });
    await park.settle();
    expect(park.outcomes()).toEqual(['unattributed']);
    expect(await park.occupancy('P1')).toMatchObject({ value: 'UNKNOWN', lastKnown: null });
  });

  it('keeps one device’s trouble from the others', async () => {
    await parkWith([A, 'P1'], [B, 'P2']);
    const unknown = {
      id: randomUUID(),
      type: 'DeviceOfTheFuture',
      data: {},
      metadata: { schema_version: 1 },
    };
    await park.store.append(streamName('device', TENANT, A), [unknown], { expected: 'any' });
    await park.end();
    park.start();
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1 });
    await park.send({ devEui: B, occupied: true, atS: 10, fCnt: 1 });
    await park.settle();
    expect(park.outcomes()).toEqual(['parked', 'applied']);
    expect(await park.tables.parked()).toMatchObject([{ tenantId: TENANT, devEui: A }]);
  });

  it('says nothing of what has been handled while its tables are made anew', async () => {
    await parkWith([A, 'P1']);
    await park.send({ devEui: A, occupied: true, atS: 10, fCnt: 1 });
    await park.settle();
    await park.end();
    const tables = new HeldTables();
    const again = new CarPark(park.store, tables);
    again.now = park.now;
    const process = again.start();
    await expect.poll(() => process.status().checkpoint?.frames ?? null, { interval: 1 }).not.toBeNull();
    const head = await again.store.head('frames');
    expect(await process.passed(head, AbortSignal.timeout(50))).toBe(false);
    expect(process.processedThrough(TENANT)).toBeNull();
    tables.letGo();
    await again.settle();
    expect(again.outcomes()).toEqual(['applied']);
    await again.end();
  });

  it('says up to when everything has been handled', async () => {
    await parkWith([A, 'P1']);
    park.now = addSeconds(T0, 500);
    const process = park.newProcess();
    expect(process.processedThrough(TENANT)).toBeNull();
    await park.end();
    const running = park.start();
    await expect.poll(() => running.processedThrough(TENANT)).toBe(addSeconds(T0, 500));
  });
});
