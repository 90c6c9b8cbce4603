import { type OccupancyValue } from '../../domain/space/events.ts';
import { epochSecond } from '../../domain/time/instant.ts';
import { type SpaceHistory } from '../../domain/utilization/measure.ts';
import { type Span } from '../../domain/utilization/spans.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type KnownStay } from './restatement.ts';

/** `revision`: of the event that said so last. */
export type Closure = Span & { readonly id: string; readonly revision: number };

/** The recent history of a space, in epoch seconds: enough to compute every bucket from `horizon` on. */
export interface UtilizationFacts {
  readonly exists: Span;
  /** From here on the value holds, until the next entry. Ordered. */
  readonly occupancy: readonly { readonly from: number; readonly value: OccupancyValue }[];
  /** Overrides that mean MAINTENANCE. */
  readonly closures: readonly Closure[];
  readonly stays: readonly KnownStay[];
  /** Older facts may have been dropped: buckets that begin before it are not computed again. */
  readonly horizon: number;
}

/** What an event changes, and since when. */
export interface FactsChange {
  readonly facts: UtilizationFacts;
  readonly dirtyFrom: number;
}

export type Registered = Extract<ProjectedEvent, { type: 'SpaceRegistered' }>;

export function factsOf({ data }: Registered): UtilizationFacts {
  const from = epochSecond(data.commissioned_at);
  // Nothing is known before the first reading.
  return {
    exists: { from, to: null },
    occupancy: [{ from, value: 'UNKNOWN' }],
    closures: [],
    stays: [],
    horizon: from - LONGEST_DAY_S,
  };
}

/** Null: the event changes nothing that counts (time goes on all the same). */
export function changeFacts(facts: UtilizationFacts, event: ProjectedEvent): FactsChange | null {
  switch (event.type) {
    case 'OccupancyChanged':
      return occupancyChanged(facts, event);
    case 'OverrideApplied': {
      const { kind, override_id: id, starts_at, ends_at } = event.data;
      if (kind !== 'OUT_OF_SERVICE' && kind !== 'BLOCKED') return null;
      const from = epochSecond(starts_at);
      const to = ends_at === undefined ? null : epochSecond(ends_at);
      const closure = { id, from, to, revision: event.revision };
      return { facts: { ...facts, closures: [...facts.closures, closure] }, dirtyFrom: from };
    }
    case 'OverrideLifted':
      return closureEnded(facts, event.data.override_id, epochSecond(event.occurredAt), event.revision);
    case 'SpaceDecommissioned': {
      const at = epochSecond(event.data.at);
      const stays = endStay(facts.stays, at, 0, false);
      return { facts: { ...facts, exists: { ...facts.exists, to: at }, stays }, dirtyFrom: at };
    }
    default:
      return null;
  }
}

function occupancyChanged(
  facts: UtilizationFacts,
  { data }: Extract<ProjectedEvent, { type: 'OccupancyChanged' }>,
): FactsChange {
  const { value, session_id: id, uncertainty_s: uncertaintyS } = data;
  const latest = facts.occupancy.at(-1);
  // Never before the latest change; one from before the horizon may have been moved up to it.
  const earliest = latest === undefined || latest.from <= facts.horizon ? -Infinity : latest.from;
  const since = Math.max(epochSecond(data.since), earliest);
  const before = latest !== undefined && latest.from < since ? facts.occupancy : facts.occupancy.slice(0, -1);
  let { stays } = facts;
  if (value === 'VACANT') stays = endStay(stays, since, uncertaintyS, true);
  if (
    value === 'OCCUPIED' &&
    id !== undefined &&
    !stays.some((stay) => stay.id === id && stay.end === null)
  ) {
    const begun = { id, start: since, end: null, uncertaintyS, departed: true };
    stays = [...endStay(stays, since, uncertaintyS, true), begun];
  }
  // What was not known for no time at all goes on.
  const occupancy = before.at(-1)?.value === value ? before : [...before, { from: since, value }];
  return { facts: { ...facts, occupancy, stays }, dirtyFrom: since };
}

function endStay(
  stays: UtilizationFacts['stays'],
  end: number,
  uncertaintyS: number,
  departed: boolean,
): UtilizationFacts['stays'] {
  if (!stays.some((stay) => stay.end === null)) return stays;
  return stays.map((stay) =>
    stay.end === null ? { ...stay, end, uncertaintyS: stay.uncertaintyS + uncertaintyS, departed } : stay,
  );
}

function closureEnded(facts: UtilizationFacts, id: string, at: number, revision: number): FactsChange | null {
  const isOpenThen = ({ to }: Closure): boolean => to === null || at < to;
  if (!facts.closures.some((closure) => closure.id === id && isOpenThen(closure))) return null;
  const closures = facts.closures
    .map((closure) => (closure.id === id && isOpenThen(closure) ? { ...closure, to: at, revision } : closure))
    .filter((closure) => closure.id !== id || closure.to === null || closure.from < closure.to);
  return { facts: { ...facts, closures }, dirtyFrom: at };
}

/** Longer than any local day. */
export const LONGEST_DAY_S = 26 * 3600;
export const KEPT_S = 3 * 86_400;

/**
 * How far back the facts reach once time has come to `through`: some days, and in any case a day before the present
 * occupancy began, since the next change can lie anywhere after that. It never goes back.
 */
export function horizonAt(facts: UtilizationFacts, through: number): number {
  const latest = facts.occupancy.at(-1)?.from ?? facts.exists.from;
  return Math.max(facts.horizon, Math.min(through - KEPT_S, latest - LONGEST_DAY_S));
}

/** Drops what no bucket from the horizon on can need. Follows from the facts alone, not from batches. */
export function forgetOld(facts: UtilizationFacts): UtilizationFacts {
  const { horizon } = facts;
  const oldest = facts.occupancy.findLastIndex((entry) => entry.from <= horizon);
  return {
    ...facts,
    occupancy: facts.occupancy
      .slice(Math.max(0, oldest))
      .map((entry) => (entry.from < horizon ? { ...entry, from: horizon } : entry)),
    closures: facts.closures.filter((closure) => !isOver(closure, horizon)),
    stays: facts.stays.filter((stay) => stay.end === null || stay.end >= horizon),
  };
}

/** Closures that {@link forgetOld} drops: a correction that reaches back further still needs them. */
export function forgottenClosures({ closures, horizon }: UtilizationFacts): readonly Closure[] {
  return closures.filter((closure) => isOver(closure, horizon));
}

function isOver({ to }: Closure, horizon: number): boolean {
  return to !== null && to <= horizon;
}

/** The facts from `from` on as the arithmetic wants them; time counts up to `through`. */
export function historyOf(
  facts: UtilizationFacts,
  from: number,
  through: number,
  closed: readonly Span[],
): SpaceHistory {
  const { exists, occupancy } = facts;
  const first = Math.max(
    0,
    occupancy.findLastIndex((entry) => entry.from <= from),
  );
  const spansOf = (value: OccupancyValue): Span[] => {
    const spans: Span[] = [];
    for (let index = first; index < occupancy.length; index += 1) {
      const entry = occupancy[index];
      if (entry?.value === value) spans.push({ from: entry.from, to: occupancy[index + 1]?.from ?? null });
    }
    return spans;
  };
  return {
    exists: { from: exists.from, to: Math.min(exists.to ?? through, through) },
    occupied: spansOf('OCCUPIED'),
    unknown: spansOf('UNKNOWN'),
    outOfService: facts.closures,
    closed,
    stays: facts.stays,
  };
}
