import { type Instant } from '../time/instant.ts';
import { keepLast } from './keep-last.ts';
import { type SpaceEvent, spaceEventSchemas } from './events.ts';
import { withChange, withCorrection, withObserved } from './history/fold-history.ts';
import { type OccupancyHistory } from './history/occupancy-history.ts';
import { type LiveSpace, type Occupancy, type OccupancyBefore } from './state.ts';

type Changed = Extract<SpaceEvent, { type: 'OccupancyChanged' }>;
type Observed = Extract<SpaceEvent, { type: 'OccupancyObserved' }>;
type HistoryCorrected = Extract<SpaceEvent, { type: 'OccupancyHistoryCorrected' }>;

export function evolveOccupancy(space: LiveSpace, event: Changed | Observed | HistoryCorrected): LiveSpace {
  const { history } = space;
  switch (event.type) {
    case 'OccupancyObserved':
      return {
        ...space,
        observations: keepLast([...space.observations, event.data.observation_id]),
        ...kept(history && withObserved(history, event.data)),
      };
    case 'OccupancyChanged':
      return withOccupancy(space, event, event.data.evidence?.frame_id ?? null);
    case 'OccupancyHistoryCorrected':
      // It is read deeply, and the stream may hold what another version wrote.
      if (!spaceEventSchemas.OccupancyHistoryCorrected.safeParse(event.data).success) return space;
      return {
        ...space,
        occupancy: corrected(space.occupancy, event),
        corrections: event.data.correction_no,
        ...kept(history && withCorrection(history, event.data)),
      };
  }
}

/** `shownBy`: the frame or observation that showed it. */
export function withOccupancy(space: LiveSpace, event: Changed, shownBy: string | null): LiveSpace {
  const { history } = space;
  return {
    ...space,
    occupancy: changed(space, event),
    ...kept(history && withChange(history, event.data, shownBy)),
  };
}

function kept(history: OccupancyHistory | undefined): Pick<LiveSpace, 'history'> {
  return history === undefined ? {} : { history };
}

function changed({ occupancy: before, sensors }: LiveSpace, { data }: Changed): Occupancy {
  const { value, since, session_id: sessionId, last_heard_at: lastHeardAt, source } = data;
  const session = sessionAfter(before, value, since, sessionId);
  const present = {
    value,
    lastKnown: value === 'UNKNOWN' ? before.lastKnown : value,
    lastHeardAt: lastHeardAt ?? before.lastHeardAt,
    source,
    session,
    sensorChangedAt: value === 'UNKNOWN' ? (before.sensorChangedAt ?? removedIn(sensors, before)) : null,
  };
  if (since > before.since) return { ...present, since, before: asBefore(before) };
  // What was there before lasted no time.
  const earlier = before.before;
  const goesOn = earlier !== null && earlier.value === value && earlier.sessionId === (session?.id ?? null);
  return { ...present, since: goesOn ? earlier.since : since, before: goesOn ? null : earlier };
}

/** A sensor may have been taken away before it was known what it had seen last: in the gap that begins now, or before it. */
function removedIn(sensors: LiveSpace['sensors'], before: Occupancy): Instant | null {
  const removals = sensors.flatMap(({ to }) => (to !== null && to > before.since ? [to] : []));
  return removals.sort()[0] ?? null;
}

function asBefore({ value, since, session }: Occupancy): OccupancyBefore {
  return { value, since, sessionId: value === 'VACANT' ? null : (session?.id ?? null) };
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
  const session = correctedSession(present.session, data.sessions);
  const last = after.at(-1);
  if (!(from < to && to >= present.since) || last === undefined) return { ...present, session };
  const sessionId = last.value === 'VACANT' ? null : stayBehind(data.sessions, last.since, session);
  const meets =
    last.value === present.value && (last.value === 'VACANT' || sessionId === (session?.id ?? null));
  const lastSince = data.last_since ?? last.since;
  const shown = after.findLast(({ value }) => value !== 'UNKNOWN');
  const known = shown?.value;
  const { sensorChangedAt } = present;
  return {
    ...present,
    since: meets ? lastSince : to,
    lastKnown:
      present.value === 'UNKNOWN' && known !== undefined && known !== 'UNKNOWN' ? known : present.lastKnown,
    session,
    // Something was known after the change of sensors, so it lies in no gap.
    sensorChangedAt:
      sensorChangedAt !== null && shown !== undefined && shown.since >= sensorChangedAt
        ? null
        : sensorChangedAt,
    before: meets
      ? beforeWithin(data, session, present.before)
      : { value: last.value, since: lastSince, sessionId },
  };
}

/** What came before a present that a correction lets begin earlier: in its range, or as it was known. */
function beforeWithin(
  { after, sessions, from }: HistoryCorrected['data'],
  session: Occupancy['session'],
  known: OccupancyBefore | null,
): OccupancyBefore | null {
  const previous = after.at(-2);
  if (previous === undefined) return known !== null && known.since < from ? known : null;
  const { value, since } = previous;
  return { value, since, sessionId: value === 'VACANT' ? null : stayBehind(sessions, since, session) };
}

type CorrectedSessions = HistoryCorrected['data']['sessions'];

/** The stay that goes on at an instant: as the correction tells it, else the one in progress. */
function stayBehind(
  { added, changed: retold }: CorrectedSessions,
  at: Occupancy['since'],
  open: Occupancy['session'],
): string | null {
  const told = [...added, ...retold.map(({ after }) => after)].find(
    ({ start, end }) => start <= at && (end === undefined || at < end),
  );
  return told?.session_id ?? open?.id ?? null;
}

function correctedSession(
  present: Occupancy['session'],
  { added, removed, changed: retold }: CorrectedSessions,
): Occupancy['session'] {
  const open = [...added, ...retold.map(({ after }) => after)].find(({ end }) => end === undefined);
  if (open !== undefined) return { id: open.session_id, startedAt: open.start };
  const ended = [...removed, ...retold.map(({ after }) => after)];
  return ended.some(({ session_id }) => session_id === present?.id) ? null : present;
}
