import { keepLast } from './keep-last.ts';
import { type SpaceEvent, spaceEventSchemas } from './events.ts';
import { type LiveSpace, type Occupancy } from './state.ts';

type HistoryCorrected = Extract<SpaceEvent, { type: 'OccupancyHistoryCorrected' }>;
type OccupancyEvent =
  Extract<SpaceEvent, { type: 'OccupancyChanged' | 'OccupancyObserved' }> | HistoryCorrected;

export function evolveOccupancy(space: LiveSpace, event: OccupancyEvent): LiveSpace {
  if (event.type === 'OccupancyObserved') {
    return { ...space, observations: keepLast([...space.observations, event.data.observation_id]) };
  }
  if (event.type === 'OccupancyHistoryCorrected') {
    // It is read deeply, and the stream may hold what another version wrote.
    const isTold = spaceEventSchemas.OccupancyHistoryCorrected.safeParse(event.data).success;
    return isTold ? { ...space, occupancy: corrected(space.occupancy, event) } : space;
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

/** The present value stays as it is; since when it is so, and the stay in progress, may be told anew. */
function corrected(present: Occupancy, { data }: HistoryCorrected): Occupancy {
  const { from, to, after } = data;
  const last = after.at(-1);
  const known = after.findLast(({ value }) => value !== 'UNKNOWN')?.value;
  const reachesPresent = from < to && to >= present.since;
  const begins = last?.value === present.value ? last.since : to;
  return {
    ...present,
    since: reachesPresent ? begins : present.since,
    lastKnown:
      reachesPresent && present.value === 'UNKNOWN' && known !== undefined && known !== 'UNKNOWN'
        ? known
        : present.lastKnown,
    session: correctedSession(present.session, data.sessions),
  };
}

function correctedSession(
  present: Occupancy['session'],
  { added, removed, changed }: HistoryCorrected['data']['sessions'],
): Occupancy['session'] {
  const open = [...added, ...changed.map(({ after }) => after)].find(({ end }) => end === undefined);
  if (open !== undefined) return { id: open.session_id, startedAt: open.start };
  const ended = [...removed, ...changed.map(({ after }) => after)];
  return ended.some(({ session_id }) => session_id === present?.id) ? null : present;
}
