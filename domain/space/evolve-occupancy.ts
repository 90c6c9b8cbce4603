import { keepLast } from './keep-last.ts';
import { type SpaceEvent } from './events.ts';
import { type LiveSpace, type Occupancy } from './state.ts';

type OccupancyEvent = Extract<SpaceEvent, { type: 'OccupancyChanged' | 'OccupancyObserved' }>;

export function evolveOccupancy(space: LiveSpace, event: OccupancyEvent): LiveSpace {
  if (event.type === 'OccupancyObserved') {
    return { ...space, observations: keepLast([...space.observations, event.data.observation_id]) };
  }
  const { value, since, session_id: sessionId, last_heard_at: lastHeardAt, source } = event.data;
  const before = space.occupancy;
  return {
    ...space,
    occupancy: {
      value,
      since,
      lastKnown: value === 'UNKNOWN' ? before.lastKnown : value,
      lastHeardAt: lastHeardAt ?? before.lastHeardAt,
      source,
      session: sessionAfter(before, value, since, sessionId),
      sensorChangedAt: value === 'UNKNOWN' ? before.sensorChangedAt : null,
    },
  };
}

/** A stay ends only when the bay is seen vacant: over a gap in what is known it may go on. */
function sessionAfter(
  before: Occupancy,
  value: Occupancy['value'],
  since: Occupancy['since'],
  sessionId: string | undefined,
): Occupancy['session'] {
  if (value === 'VACANT') return null;
  if (value === 'UNKNOWN' || sessionId === undefined) return before.session;
  return before.session?.id === sessionId ? before.session : { id: sessionId, startedAt: since };
}
