import { type Instant } from '../../time/instant.ts';
import { type ObserveOccupancy } from '../commands.ts';
import { type Draft } from '../draft.ts';
import { hadDeviceAt, liveIn } from '../evolve-assignment.ts';
import { shifted } from '../shifted.ts';
import { type LiveSpace } from '../state.ts';
import { changeOf } from './change-of-occupancy.ts';
import { insertObserved } from './observe-timeline.ts';
import { type Refusal } from './refusal.ts';

/**
 * What the bay looks like from `since` on. Only what is newer than everything published moves the present (U4); an
 * older finding is evidence, kept by the sensor process, and changes nothing here.
 */
export function observeOccupancy(draft: Draft, command: ObserveOccupancy): Refusal {
  const { space } = draft;
  const { observation } = command;
  if (observation !== undefined && space.observations.includes(observation.id)) return null;
  const since = notInTheFuture(draft, command.since);
  if (since < space.commissionedAt) return null;
  const refusal = refuseUnassigned(space, command, since);
  if (refusal !== null) return refusal;
  if (isOfThePast(space, command)) return null;
  recordWhatPeopleSaw(draft, command, since);
  if (observation !== undefined && command.sessionIdOf !== undefined && !isNewest(space, since)) {
    const { uncertaintyOf, uncertaintyS } = command;
    insertObserved(draft, since, command.sessionIdOf, (id) =>
      id === observation.id ? uncertaintyS : (uncertaintyOf?.(id) ?? null),
    );
    return null;
  }
  const event = changeOf(space, { ...command, at: since });
  if (event !== null) draft.record(event, since, observation?.id);
  return null;
}

/** U3: a clock that is ahead must not move the present beyond now. */
function notInTheFuture({ space, now }: Draft, since: Instant): Instant {
  return since > shifted(now, space.policy.values.clock_skew_max_s) ? now : since;
}

/** D2: a reading belongs to the space that had the device then. People need no assignment. */
function refuseUnassigned(space: LiveSpace, { devEui, source }: ObserveOccupancy, since: Instant): Refusal {
  if (devEui === undefined && source !== 'sensor') return null;
  if (devEui !== undefined && hadDeviceAt(space.sensors, devEui, since)) return null;
  return { code: 'not-assigned-at', detail: 'The space did not have this device then.' };
}

/** What a device saw before it was taken away is no present: the process tells its timeline instead. */
function isOfThePast({ sensors }: LiveSpace, { devEui }: ObserveOccupancy): boolean {
  return devEui !== undefined && liveIn(sensors)?.devEui !== devEui;
}

/** What people saw later may have changed nothing then, and yet change something once it is known what was before it. */
function isNewest({ history, occupancy }: LiveSpace, since: Instant): boolean {
  return since > occupancy.since && history?.seen.every(({ at }) => at < since) !== false;
}

/** Always recorded, also where it changes nothing: somebody was there and looked. */
function recordWhatPeopleSaw(draft: Draft, command: ObserveOccupancy, observedAt: Instant): void {
  const { observation, source, value } = command;
  if (observation === undefined || source === 'sensor' || value === 'UNKNOWN') return;
  const data = {
    observation_id: observation.id,
    value,
    observed_at: observedAt,
    source,
    ...(observation.reason === undefined ? {} : { reason: observation.reason }),
  };
  draft.recordQuietly({ type: 'OccupancyObserved', data }, observedAt);
}
