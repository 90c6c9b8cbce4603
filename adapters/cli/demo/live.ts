import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger } from 'pino';
import { addSeconds } from '../../../domain/time/instant.ts';
import { now } from '../act.ts';
import { Chance } from './chance.ts';
import { type PlannedSpace } from './city.ts';
import { type DemoApi } from './demo-api.ts';
import { fullnessAt, habitOf, type LocalHabit } from './habits.ts';
import { type SimulatedSensors } from './simulated-sensors.ts';

export interface LiveTraffic {
  readonly api: DemoApi;
  readonly sensors: SimulatedSensors;
  readonly spaces: readonly PlannedSpace[];
  readonly spaceIds: ReadonlyMap<string, string>;
  /** Frames per minute. */
  readonly rate: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const BOOKING_EVERY_MS = 20_000;
const OVERRIDE_EVERY_MS = 45_000;

/** Goes on for ever: frames through the intake, bookings, overrides and lifts through the API, as others would send them. */
export async function liveTraffic(traffic: LiveTraffic): Promise<void> {
  const { log, rate, signal } = traffic;
  const chance = new Chance(`live/${Date.now()}`);
  const habits = new Map(traffic.spaces.map(({ zone }) => [zone, habitOf(zone)]));
  const every = async (ms: number, act: () => Promise<unknown>): Promise<void> => {
    while (!signal.aborted) {
      await sleep(ms * chance.between(0.5, 1.5), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await act().catch((error: unknown) => {
        if (!signal.aborted) log.warn({ err: error }, 'live traffic: something was not answered');
      });
    }
  };
  await Promise.all([
    every(60_000 / rate, () => frame(traffic, habits, chance)),
    every(BOOKING_EVERY_MS, () => booking(traffic, chance)),
    every(OVERRIDE_EVERY_MS, () => override(traffic, chance)),
  ]);
}

/** Cars come and go so that each zone stays about as full as it is at this hour; in between, heartbeats. */
async function frame(
  { sensors, spaces }: LiveTraffic,
  habits: ReadonlyMap<string, LocalHabit>,
  chance: Chance,
): Promise<void> {
  const space = pick(spaces, chance);
  const habit = habits.get(space.zone);
  if (habit === undefined) return;
  const occupied = chance.isTrue(fullnessAt(habit, now()));
  await sensors.say(space, occupied);
}

async function booking({ api, spaceIds, spaces }: LiveTraffic, chance: Chance): Promise<void> {
  const spaceId = spaceIds.get(pick(spaces, chance).code);
  const start = addSeconds(now(), 60 * Math.round(chance.between(1, 30)));
  const end = addSeconds(start, 900 * Math.round(chance.between(1, 6)));
  const answer = await api.post('booker', '/reservations', {
    space_id: spaceId,
    start_time: start,
    end_time: end,
    holder_ref: `guest-${Math.floor(chance.between(1, 200))}`,
  });
  if (answer.status === 201 && typeof answer.id === 'string' && chance.isTrue(0.2))
    await api.post('operator', `/reservations/${answer.id}/cancel`, { reason: 'no-longer-needed' });
}

async function override({ api, spaceIds, spaces, signal }: LiveTraffic, chance: Chance): Promise<void> {
  const spaceId = spaceIds.get(pick(spaces, chance).code) ?? '';
  const applied = await api.post('operator', `/spaces/${spaceId}/overrides`, {
    kind: chance.isTrue(0.7) ? 'OUT_OF_SERVICE' : 'BLOCKED',
    reason: chance.one(['cleaning', 'maintenance', 'safety']),
    ends_at: addSeconds(now(), 60 * Math.round(chance.between(3, 20))),
  });
  if (applied.status !== 201 || typeof applied.id !== 'string' || !chance.isTrue(0.5)) return;
  await sleep(chance.between(10_000, 40_000), undefined, { signal });
  await api.post('operator', `/overrides/${applied.id}/lift`, { reason: 'no-longer-needed' });
}

function pick(spaces: readonly PlannedSpace[], chance: Chance): PlannedSpace {
  const [first, ...others] = spaces;
  if (first === undefined) throw new RangeError('the demo city has no spaces');
  return chance.one([first, ...others]);
}
