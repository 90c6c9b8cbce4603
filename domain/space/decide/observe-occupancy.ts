import { type Instant } from '../../time/instant.ts';
import { type ObserveOccupancy } from '../commands.ts';
import { type Draft } from '../draft.ts';
import { type SpaceEvent } from '../events.ts';
import { hadDeviceAt } from '../evolve-assignment.ts';
import { shifted } from '../shifted.ts';
import { type LiveSpace, type Occupancy } from '../state.ts';
import { type Refusal } from './refusal.ts';
import { stayAfter } from './stay.ts';

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
  recordWhatPeopleSaw(draft, command, since);
  if (!isNews(space.occupancy, command, since)) return null;
  draft.record(changeOf(space, command, since), since, observation?.id);
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

/** The same value again is a heartbeat (U6). At the very instant from which nothing is known, the first thing seen counts. */
function isNews(occupancy: Occupancy, { value }: ObserveOccupancy, since: Instant): boolean {
  if (value === occupancy.value) return false;
  return since > occupancy.since || (since === occupancy.since && occupancy.value === 'UNKNOWN');
}

function changeOf(space: LiveSpace, command: ObserveOccupancy, since: Instant): SpaceEvent {
  const stay = stayAfter(space, command, since);
  return {
    type: 'OccupancyChanged',
    data: {
      value: command.value,
      since,
      previous: space.occupancy.value,
      ...(stay.sessionId === null ? {} : { session_id: stay.sessionId }),
      uncertainty_s: Math.max(command.uncertaintyS, stay.uncertaintyS),
      bridged: stay.bridged,
      source: command.source,
      ...(command.evidence === undefined ? {} : { evidence: command.evidence }),
      ...(command.lastHeardAt === undefined ? {} : { last_heard_at: command.lastHeardAt }),
    },
  };
}
