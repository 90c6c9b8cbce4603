import { epochMs, laterOf } from '../../time/instant.ts';
import { type SpaceEvent } from '../events.ts';
import {
  goesOn,
  type HeldValue,
  type OccupancyHistory,
  presentValue,
  type PublishedStay,
  type Seen,
} from './occupancy-history.ts';

type DataOf<T extends SpaceEvent['type']> = Extract<SpaceEvent, { type: T }>['data'];

export function withObserved(history: OccupancyHistory, data: DataOf<'OccupancyObserved'>): OccupancyHistory {
  const { observation_id: id, observed_at: at, value, source } = data;
  const seen: Seen = { id, at, value, source };
  const horizonMs = epochMs(at) - history.keptS * 1000;
  return { ...history, seen: [...history.seen.filter((one) => !(epochMs(one.at) <= horizonMs)), seen] };
}

/** What was not known for no time at all goes on as it was. */
export function withChange(
  history: OccupancyHistory,
  data: DataOf<'OccupancyChanged'>,
  shownBy: string | null,
): OccupancyHistory {
  const present = presentValue(history.values);
  const at = present === null ? data.since : laterOf(present.at, data.since);
  const next: HeldValue = {
    at,
    value: data.value,
    uncertaintyS: data.uncertainty_s,
    source: data.source,
    shownBy,
    sessionId: data.value === 'VACANT' ? null : (data.session_id ?? null),
  };
  const before = withoutSince(history.values, at);
  const values = isNothingNew(before.at(-1), next) ? before : [...before, next];
  const stays = staysAfter(history.stays, next, data.bridged);
  return trimmed({ ...history, values, stays, base: baseOf(history, values, stays) });
}

/** The present may have been shown again since then; nearly always nothing is later. */
function withoutSince(values: readonly HeldValue[], at: HeldValue['at']): readonly HeldValue[] {
  const last = values.at(-1);
  return last === undefined || last.at < at ? values : values.filter((one) => one.at < at);
}

/** Where the first value itself is another one now (something was known from the very beginning), so is the stay in it. */
function baseOf(
  { base, values: before }: OccupancyHistory,
  values: readonly HeldValue[],
  stays: readonly PublishedStay[],
): PublishedStay | null {
  const [first] = values;
  if (first === undefined || first.value === before[0]?.value) return base;
  const stay = first.value === 'OCCUPIED' ? stays.find(({ start }) => start === first.at) : undefined;
  if (stay === undefined) return null;
  return { ...stay, end: null, uncertaintyS: first.uncertaintyS, bridged: false };
}

/** What was shown stays in mind even where it showed the same: what came before it may yet turn out otherwise. */
function isNothingNew(before: HeldValue | undefined, next: HeldValue): boolean {
  return next.shownBy === null && goesOn(before, next);
}

/** A stay goes on over a silence; only a bay seen vacant, or another stay, ends it. One of no length is none. */
function staysAfter(
  stays: readonly PublishedStay[],
  { at, value, uncertaintyS, sessionId }: HeldValue,
  bridged: boolean,
): readonly PublishedStay[] {
  if (value === 'UNKNOWN' || (value === 'OCCUPIED' && sessionId === null)) return stays;
  const place = stays.findLastIndex(({ end }) => end === null);
  const current = stays[place];
  if (current !== undefined && current.id === sessionId) {
    return current.bridged || !bridged ? stays : stays.with(place, { ...current, bridged: true });
  }
  const ended = current === undefined ? stays : endedAt(stays, place, current, at, uncertaintyS);
  if (value === 'VACANT' || sessionId === null) return ended;
  return [...ended, { id: sessionId, start: at, end: null, uncertaintyS, bridged: false }];
}

function endedAt(
  stays: readonly PublishedStay[],
  place: number,
  stay: PublishedStay,
  at: HeldValue['at'],
  uncertaintyS: number,
): readonly PublishedStay[] {
  if (stay.start >= at) return stays.toSpliced(place, 1);
  return stays.with(place, { ...stay, end: at, uncertaintyS: stay.uncertaintyS + uncertaintyS });
}

/** A bay whose sensor flaps all day must not fill the memory. */
const VALUES_KEPT = 2_000;

/** Forgets what is older than is kept, up to the last value that was known then. */
function trimmed(history: OccupancyHistory): OccupancyHistory {
  const { values, keptS } = history;
  const newest = values.at(-1);
  const second = values[1];
  if (newest === undefined || second === undefined) return history;
  const earliest = Number.isFinite(keptS) ? values.at(-VALUES_KEPT) : undefined;
  const horizonMs = Math.max(
    epochMs(newest.at) - keptS * 1000,
    earliest === undefined ? -Infinity : epochMs(earliest.at),
  );
  // Nearly always nothing is too old, and the second value alone shows it.
  if (!(epochMs(second.at) <= horizonMs)) return history;
  const index = values.findLastIndex(
    ({ at, value }, place) => place > 0 && epochMs(at) <= horizonMs && value !== 'UNKNOWN',
  );
  const first = values[index];
  if (index <= 0 || first === undefined) return history;
  let told = history.base === null ? [] : [history.base];
  for (const [place, one] of values.slice(0, index + 1).entries()) {
    if (place > 0) told = [...staysAfter(told, one, values[place - 1]?.value === 'UNKNOWN')];
  }
  return {
    ...history,
    values: values.slice(index),
    base: told.find(({ end }) => end === null) ?? null,
    stays: history.stays.filter(({ end }) => end === null || end > first.at),
    seen: history.seen.filter(({ at }) => at >= first.at),
  };
}

/** Replaces the range and the stays that are named; what meets at an edge and is the same becomes one. */
export function withCorrection(
  history: OccupancyHistory,
  data: DataOf<'OccupancyHistoryCorrected'>,
): OccupancyHistory {
  const begin = history.values[0]?.at;
  const stays = correctedStays(history.stays, data.sessions).filter(
    ({ end }) => end === null || begin === undefined || end > begin,
  );
  const { to } = data;
  // What lies further back is not kept.
  if (begin !== undefined && to <= begin) return { ...history, stays };
  const from = begin === undefined ? data.from : laterOf(data.from, begin);
  const outside = history.values.filter(({ at }) => at < from || at > to);
  const atTo = history.values.findLast(({ at }) => at <= to);
  const within = data.after.filter(({ until }) => until > from);
  const fill = within.map(
    ({ value, since, uncertainty_s: uncertaintyS = 0, shown_by: shownBy = null }): HeldValue => ({
      at: laterOf(since, from),
      value,
      uncertaintyS,
      source: sourceAt(history, since, value),
      shownBy,
      sessionId: null,
    }),
  );
  const told = [
    ...outside.filter(({ at }) => at < from),
    ...fill,
    ...(atTo === undefined ? [] : [beginningAt(atTo, data)]),
    ...outside.filter(({ at }) => at > to),
  ].map((one) => ({ ...one, sessionId: one.value === 'VACANT' ? null : stayAt(stays, one.at) }));
  const values = told.filter((one, index) => !isNothingNew(told[index - 1], one));
  return { ...history, values, stays, base: baseOf(history, values, stays) };
}

function beginningAt(held: HeldValue, { to, next }: DataOf<'OccupancyHistoryCorrected'>): HeldValue {
  const known = held.at === to ? held : { ...held, at: to, uncertaintyS: 0, shownBy: null };
  if (next === undefined) return known;
  const { uncertainty_s: uncertaintyS = 0, shown_by: shownBy = null } = next;
  return { ...known, uncertaintyS, shownBy };
}

function correctedStays(
  stays: readonly PublishedStay[],
  { added, removed, changed }: DataOf<'OccupancyHistoryCorrected'>['sessions'],
): readonly PublishedStay[] {
  const told = [...added, ...changed.map(({ after }) => after)].map(
    ({ session_id: id, start, end = null, uncertainty_s: uncertaintyS, bridged }): PublishedStay => ({
      id,
      start,
      end,
      uncertaintyS,
      bridged,
    }),
  );
  const named = new Set(
    [...removed, ...added, ...changed.map(({ before }) => before)].map((one) => one.session_id),
  );
  return [...stays.filter(({ id }) => !named.has(id)), ...told].sort((a, b) =>
    a.start < b.start ? -1 : a.start > b.start ? 1 : 0,
  );
}

function stayAt(stays: readonly PublishedStay[], at: HeldValue['at']): string | null {
  return stays.findLast(({ start, end }) => start <= at && (end === null || at < end))?.id ?? null;
}

function sourceAt({ values }: OccupancyHistory, at: HeldValue['at'], value: HeldValue['value']) {
  const former = values.findLast((one) => one.at <= at);
  return former?.value === value ? former.source : 'sensor';
}
