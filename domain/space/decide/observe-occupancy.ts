import { addSeconds, type Instant, secondsBetween } from '../../time/instant.ts';
import { type ObserveOccupancy } from '../commands.ts';
import { type Refusal } from '../refusal.ts';
import { type Draft } from '../draft.ts';
import { hadDeviceAt } from '../evolve-assignment.ts';
import { type LiveSpace, type Occupancy } from '../state.ts';

/**
 * What the bay looks like from `since` on. Only what is newer than everything published moves the present (U4); an
 * older finding is evidence, kept by the sensor process, and changes nothing here.
 */
export function observeOccupancy(draft: Draft, command: ObserveOccupancy): Refusal {
  const { space } = draft;
  const since = notInTheFuture(space, command);
  if (command.devEui !== undefined && !hadDeviceAt(space.sensors, command.devEui, since)) {
    return { code: 'not-assigned-at', detail: 'The space did not have this device then.' };
  }
  if (since < space.commissionedAt) return null;
  recordWhatPeopleSaw(draft, command, since);
  if (!isNewer(space.occupancy, since) || command.value === space.occupancy.value) return null;
  const stay = stayAfter(space, command, since);
  const data = {
    value: command.value,
    since,
    previous: space.occupancy.value,
    ...(stay.sessionId === undefined ? {} : { session_id: stay.sessionId }),
    uncertainty_s: Math.max(command.uncertaintyS, stay.uncertaintyS),
    bridged: stay.bridged,
    source: command.source,
    ...(command.evidence === undefined ? {} : { evidence: command.evidence }),
    ...(command.lastHeardAt === undefined ? {} : { last_heard_at: command.lastHeardAt }),
  };
  draft.record({ type: 'OccupancyChanged', data }, since, command.now);
  return null;
}

/** U3: a clock that is ahead must not move the present beyond now. */
function notInTheFuture(space: LiveSpace, command: ObserveOccupancy): Instant {
  const latest = addSeconds(command.now, space.policy.values.clock_skew_max_s);
  return command.since > latest ? command.now : command.since;
}

function recordWhatPeopleSaw(draft: Draft, command: ObserveOccupancy, observedAt: Instant): void {
  const { observation, source, value, now } = command;
  if (observation === undefined || source === 'sensor' || value === 'UNKNOWN') return;
  if (draft.space.observations.includes(observation.id)) return;
  const data = {
    observation_id: observation.id,
    value,
    observed_at: observedAt,
    source,
    ...(observation.reason === undefined ? {} : { reason: observation.reason }),
  };
  draft.record({ type: 'OccupancyObserved', data }, observedAt, now);
}

/** At the very instant from which nothing is known, the first thing seen counts. */
function isNewer(occupancy: Occupancy, since: Instant): boolean {
  return since > occupancy.since || (since === occupancy.since && occupancy.value === 'UNKNOWN');
}

interface Stay {
  readonly sessionId: string | undefined;
  readonly bridged: boolean;
  /** How long nobody knew: the change lies somewhere in there. */
  readonly uncertaintyS: number;
}

function stayAfter(space: LiveSpace, command: ObserveOccupancy, since: Instant): Stay {
  const { value, session, lastKnown, sensorChanged } = space.occupancy;
  const gapS = value === 'UNKNOWN' ? Math.ceil(secondsBetween(space.occupancy.since, since)) : 0;
  switch (command.value) {
    case 'VACANT':
      return { sessionId: undefined, bridged: false, uncertaintyS: session === null ? 0 : gapS };
    case 'UNKNOWN':
      return { sessionId: session?.id, bridged: false, uncertaintyS: 0 };
    case 'OCCUPIED': {
      // A stay goes on over silence; over a change of sensors only for a while (D3).
      const goesOn = session !== null && (!sensorChanged || gapS <= space.policy.values.swap_gap_s);
      if (goesOn) return { sessionId: session.id, bridged: true, uncertaintyS: 0 };
      return { sessionId: command.sessionId, bridged: false, uncertaintyS: lastKnown === null ? 0 : gapS };
    }
  }
}
