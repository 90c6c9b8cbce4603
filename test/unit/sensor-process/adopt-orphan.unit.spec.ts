import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adoptedSince, adoptOrphan } from '../../../application/devices/adopt-orphan.ts';
import { derivedId } from '../../../application/ids/ids.ts';
import { addSeconds, type Instant } from '../../../domain/time/instant.ts';
import { CarPark, T0, TENANT, TYPE } from './car-park.ts';

const EUI = '00000000000000f1';
let park: CarPark;
beforeEach(async () => {
  park = new CarPark();
  await park.open(['A-01', 'A-02']);
  park.start();
});
afterEach(() => park.end());

function contextOf(label: string) {
  const commandId = derivedId(TENANT, label);
  const actor = { type: 'system', id: 'test' } as const;
  return { tenantId: TENANT, commandId, correlationId: commandId, actor, decidedAt: park.now };
}

async function liveSpace(code: string) {
  const { state } = await park.handlers.space.load(TENANT, park.spaceOf(code));
  if (state.status === 'unregistered') throw new Error('no such space');
  return state;
}

async function adopt(code: string, from?: Instant, label = 'adopt') {
  const space = await liveSpace(code);
  return adoptOrphan(
    park.handlers,
    park.spaceOf(code),
    {
      devEui: EUI,
      deviceType: TYPE,
      heartbeatS: 86_400,
      from: from ?? adoptedSince(space, EUI, addSeconds(T0, 60), park.now),
    },
    contextOf(label),
  );
}

async function sendThreeFrames(): Promise<void> {
  await park.send({ devEui: EUI, occupied: true, atS: 60, fCnt: 1 });
  await park.send({ devEui: EUI, occupied: false, atS: 600, fCnt: 2 });
  await park.send({ devEui: EUI, occupied: true, atS: 1200, fCnt: 3 });
  await park.settle();
}

describe('U12: an orphan that is taken in', () => {
  it('brings its kept frames along: the space sees what the device saw since then', async () => {
    await sendThreeFrames();
    expect(park.outcomes()).toEqual(['orphan', 'orphan', 'orphan']);
    expect(await park.occupancy('A-01')).toMatchObject({ value: 'UNKNOWN' });
    expect((await adopt('A-01')).ok).toBe(true);
    await expect
      .poll(() => park.occupancy('A-01'))
      .toMatchObject({ value: 'OCCUPIED', since: addSeconds(T0, 1200) });
    const changes = (await park.domainEvents()).filter(({ type }) => type === 'OccupancyChanged');
    expect(changes.map(({ data }) => (data as { since: Instant }).since)).toEqual(
      [60, 600, 1200].map((s) => addSeconds(T0, s)),
    );
  });

  it('brings only those from the instant of its assignment on', async () => {
    await sendThreeFrames();
    await adopt('A-01', addSeconds(T0, 900));
    await expect
      .poll(() => park.occupancy('A-01'))
      .toMatchObject({ value: 'OCCUPIED', since: addSeconds(T0, 1200) });
    const changes = (await park.domainEvents()).filter(({ type }) => type === 'OccupancyChanged');
    expect(changes).toHaveLength(1);
  });

  it('is taken in once, whoever asks again; a half-done assignment is finished by the repeat', async () => {
    await park.claimOnly(EUI, 'A-01', addSeconds(T0, 30));
    expect((await liveSpace('A-01')).sensors).toEqual([]);
    expect((await adopt('A-01', addSeconds(T0, 30))).ok).toBe(true);
    expect((await liveSpace('A-01')).sensors).toMatchObject([{ devEui: EUI, from: addSeconds(T0, 30) }]);
    const before = await park.domainEvents();
    expect((await adopt('A-01', undefined, 'another command')).ok).toBe(true);
    expect(await park.domainEvents()).toEqual(before);
    const elsewhere = await adopt('A-02', undefined, 'a third');
    expect(elsewhere).toMatchObject({ ok: false, rejection: { code: 'conflict-assignment' } });
  });

  it('D4: comes back when it had been out of service, no earlier than it went', async () => {
    await park.registerDevice(EUI);
    park.now = addSeconds(T0, 500);
    const reason = { code: 'other' } as const;
    await park.handlers.device.handle(
      EUI,
      { type: 'DecommissionDevice', at: addSeconds(T0, 500), reason, now: park.now },
      contextOf('decommission'),
    );
    await sendThreeFrames();
    expect((await adopt('A-01')).ok).toBe(true);
    expect((await liveSpace('A-01')).sensors).toMatchObject([{ from: addSeconds(T0, 500) }]);
    const { state } = await park.handlers.device.load(TENANT, EUI);
    expect(state.status).toBe('live');
  });

  it('watches as early as the space can have had it', async () => {
    const space = await liveSpace('A-01');
    const [early, now] = [addSeconds(T0, -3600), addSeconds(T0, 9000)];
    expect(adoptedSince(space, EUI, early, now)).toBe(T0);
    const past = { devEui: 'x', from: T0, to: addSeconds(T0, 100) };
    expect(adoptedSince({ ...space, sensors: [past] }, EUI, early, now)).toBe(addSeconds(T0, 100));
    const live = { devEui: 'x', from: T0, to: null };
    expect(adoptedSince({ ...space, sensors: [past, live] }, EUI, early, now)).toBe(now);
  });
});
