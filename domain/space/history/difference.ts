import { type Instant, earlierOf, laterOf } from '../../time/instant.ts';
import { type CorrectedInterval, type CorrectedSession, type SpaceEvent } from '../events.ts';
import {
  type HeldValue,
  type OccupancyHistory,
  presentValue,
  type PublishedStay,
} from './occupancy-history.ts';

type CorrectionData = Extract<SpaceEvent, { type: 'OccupancyHistoryCorrected' }>['data'];
type Sessions = CorrectionData['sessions'];

/** What is told otherwise by now, as the event says it. */
export type Difference = Pick<
  CorrectionData,
  'from' | 'to' | 'before' | 'after' | 'sessions' | 'last_since' | 'next'
>;

/**
 * Where two tellings of one history differ up to `until` (null: everywhere; they must then agree on the present value).
 * They begin with the same value. Null: nowhere.
 */
export function differenceOf(
  published: OccupancyHistory,
  told: OccupancyHistory,
  until: Instant | null,
): Difference | null {
  const sessions = sessionsBetween(published.stays, told.stays);
  const range = rangeOf(published.values, told.values, until) ?? rangeOfStays(sessions, told.values, until);
  if (range === null) return null;
  const { from, to } = range;
  const lastSince = presentValue(told.values.filter(({ at }) => at < to))?.at;
  const next = nextOf(told.values, to);
  return {
    from,
    to,
    before: clipped(published.values, from, to).map(plain),
    after: clipped(told.values, from, to),
    sessions,
    ...(lastSince !== undefined && lastSince < from && from < to ? { last_since: lastSince } : {}),
    ...(next === null ? {} : { next }),
  };
}

interface Range {
  readonly from: Instant;
  readonly to: Instant;
}

/** From the first instant at which the values, or what they are founded on, differ to the last. */
function rangeOf(a: readonly HeldValue[], b: readonly HeldValue[], until: Instant | null): Range | null {
  const all = [...a, ...b].map(({ at }) => at);
  const instants = [...new Set(until === null ? all : [...all.filter((at) => at < until), until])].sort();
  const differing = instants.flatMap((from, index): readonly Range[] => {
    const to = instants[index + 1];
    if (from === until || isSameFrom(a, b, from)) return [];
    // Two tellings that hold the same value now differ in how it is founded at most.
    return [{ from, to: to ?? from }];
  });
  const [first] = differing;
  const last = differing.at(-1);
  return first === undefined || last === undefined ? null : { from: first.from, to: last.to };
}

function isSameFrom(a: readonly HeldValue[], b: readonly HeldValue[], at: Instant): boolean {
  const one = a.findLast((held) => held.at <= at);
  const other = b.findLast((held) => held.at <= at);
  if (one?.value !== other?.value) return false;
  return one?.at !== at || other?.at !== at || one.uncertaintyS === other.uncertaintyS;
}

/** The values are right, but stays are not: the whole length of those. */
function rangeOfStays(
  { added, removed, changed }: Sessions,
  values: readonly HeldValue[],
  until: Instant | null,
) {
  const stays = [...added, ...removed, ...changed.flatMap(({ before, after }) => [before, after])];
  const [first] = stays;
  const newest = values.at(-1)?.at;
  if (first === undefined || newest === undefined) return null;
  const present = until === null ? newest : earlierOf(newest, until);
  const from = stays.reduce((earliest, { start }) => earlierOf(earliest, start), first.start);
  const to = stays.reduce((latest, { end }) => laterOf(latest, earlierOf(end ?? present, present)), from);
  const begin = laterOf(from, values[0]?.at ?? from);
  return { from: begin, to: laterOf(begin, to) };
}

function clipped(values: readonly HeldValue[], from: Instant, to: Instant): CorrectedInterval[] {
  const intervals: CorrectedInterval[] = [];
  for (const [index, held] of values.entries()) {
    const { at, value } = held;
    const since = laterOf(at, from);
    const until = earlierOf(values[index + 1]?.at ?? to, to);
    if (since >= until) continue;
    intervals.push({ value, since, until, ...(at >= from ? grounds(held) : {}) });
  }
  return intervals;
}

function nextOf(values: readonly HeldValue[], to: Instant): NonNullable<Difference['next']> | null {
  const next = values.findLast(({ at }) => at === to);
  return next === undefined || (next.uncertaintyS === 0 && next.shownBy === null) ? null : grounds(next);
}

function grounds({ uncertaintyS, shownBy }: HeldValue): NonNullable<Difference['next']> {
  return {
    ...(uncertaintyS > 0 ? { uncertainty_s: uncertaintyS } : {}),
    ...(shownBy === null ? {} : { shown_by: shownBy }),
  };
}

function plain({ value, since, until }: CorrectedInterval): CorrectedInterval {
  return { value, since, until };
}

function sessionsBetween(before: readonly PublishedStay[], after: readonly PublishedStay[]): Sessions {
  const known = new Map(before.map((stay) => [stay.id, stay] as const));
  const told = new Map(after.map((stay) => [stay.id, stay] as const));
  const sessions: Sessions = { added: [], removed: [], changed: [] };
  for (const stay of after) {
    const former = known.get(stay.id);
    if (former === undefined) sessions.added.push(asSession(stay));
    else if (!isSame(former, stay))
      sessions.changed.push({ before: asSession(former), after: asSession(stay) });
  }
  for (const stay of before) if (!told.has(stay.id)) sessions.removed.push(asSession(stay));
  return sessions;
}

function isSame(a: PublishedStay, b: PublishedStay): boolean {
  return (
    a.start === b.start && a.end === b.end && a.uncertaintyS === b.uncertaintyS && a.bridged === b.bridged
  );
}

function asSession({ id, start, end, uncertaintyS, bridged }: PublishedStay): CorrectedSession {
  return {
    session_id: id,
    start,
    ...(end === null ? {} : { end }),
    uncertainty_s: uncertaintyS,
    bridged,
  };
}
