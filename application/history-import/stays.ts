import { type PublishedStay } from '../../domain/space/history/occupancy-history.ts';
import { epochMs, type Instant, instantOf } from '../../domain/time/instant.ts';
import { type BayPlan, type HistoricFact, type RejectedRow } from './fact.ts';
import { type RecordedPast } from './recorded-past.ts';

/** A row of a file of stays; `end` null: the vehicle was still there. */
export interface FileStay {
  readonly line: number;
  readonly start: Instant;
  readonly end: Instant | null;
}

type Refusal = Omit<RejectedRow, 'line'>;

/**
 * The arrivals and departures of one bay. A bay holds one vehicle at a time: of stays that overlap the recorded one
 * stands, else the one that began first (of two that began together, the shorter). The order of the rows plays no part.
 */
export function planStays(rows: readonly FileStay[], recorded: RecordedPast): BayPlan {
  const sorted = [...rows].sort(byStart);
  const facts: HistoricFact[] = [];
  const rejected: RejectedRow[] = [];
  const latest = sorted.at(-1)?.start;
  const accepted = new Set<string | null>();
  let repeats = 0;
  let before: FileStay | null = null;
  for (const stay of sorted) {
    if (before !== null && isSame(before, stay)) {
      repeats += 1;
      continue;
    }
    const hasLater = latest !== undefined && latest > stay.start;
    const refusal = refuse(stay, hasLater, before, recorded, accepted);
    const told = refusal ?? factsOf(stay, before, recorded);
    if ('code' in told) {
      rejected.push({ line: stay.line, ...told });
      continue;
    }
    facts.push(...told);
    accepted.add(recorded.stayIdOf(stay.start));
    before = stay;
  }
  return { facts, rejected, repeats };
}

function byStart(a: FileStay, b: FileStay): number {
  if (a.start !== b.start) return a.start < b.start ? -1 : 1;
  if (a.end === b.end) return a.line - b.line;
  if (a.end === null) return 1;
  return b.end === null || a.end < b.end ? -1 : 1;
}

function isSame(a: FileStay, b: FileStay): boolean {
  return a.start === b.start && a.end === b.end;
}

function refuse(
  stay: FileStay,
  hasLater: boolean,
  before: FileStay | null,
  recorded: RecordedPast,
  accepted: ReadonlySet<string | null>,
): Refusal | null {
  const { commissionedAt } = recorded;
  const { start, end } = stay;
  if (commissionedAt !== null && start < commissionedAt)
    return { code: 'before-commissioning', detail: `the space begins at ${commissionedAt}` };
  if (end === null && (hasLater || recorded.stays.some((one) => one.start > start)))
    return { code: 'no-end', detail: 'only the last stay of a bay can have no end' };
  if (before !== null && (before.end === null || start < before.end))
    return { code: 'overlap', detail: `line ${before.line} has a stay of this bay at the same time` };
  return refuseByRecord(stay, recorded, accepted);
}

/** Stays of the file itself that are on record, half of them perhaps, have been compared with as the file has them. */
function refuseByRecord(
  { start, end }: FileStay,
  recorded: RecordedPast,
  accepted: ReadonlySet<string | null>,
): Refusal | null {
  const arrived = recorded.knows({ value: 'OCCUPIED', namedAt: start });
  const departed = end === null || recorded.knows({ value: 'VACANT', namedAt: end });
  if (arrived && departed) return null;
  const ownId = recorded.stayIdOf(start);
  const own = recorded.stays.find(({ id }) => id === ownId);
  if (own !== undefined && own.end !== null)
    return { code: 'contradiction', detail: `this stay is on record, until ${own.end}` };
  const other = recorded.stays.find(
    (one) =>
      one !== own &&
      !accepted.has(one.id) &&
      (end === null || one.start < end) &&
      (one.end === null || one.end > start),
  );
  return other === undefined ? null : { code: 'overlap', detail: `on record is the stay ${text(other)}` };
}

function text({ start, end }: PublishedStay): string {
  return end === null ? `since ${start}, which has no end yet` : `from ${start} until ${end}`;
}

/**
 * Where one vehicle leaves and another comes at the same instant, a millisecond of vacancy lies between: at one instant a
 * bay has one value. What is on record, or came first, is left as it is.
 */
function factsOf(
  { line, start, end }: FileStay,
  before: FileStay | null,
  recorded: RecordedPast,
): readonly HistoricFact[] | Refusal {
  const ownId = recorded.stayIdOf(start);
  const others = recorded.stays.filter(({ id }) => id !== ownId);
  const followsAtOnce = before?.end === start || others.some((one) => one.end === start);
  const arrival: HistoricFact = {
    line,
    namedAt: start,
    at: followsAtOnce ? shiftedMs(start, 1) : start,
    value: 'OCCUPIED',
    uncertaintyS: 0,
  };
  if (end === null) return [arrival];
  const isFollowed = others.some((one) => one.start === end);
  const departure: HistoricFact = {
    line,
    namedAt: end,
    at: isFollowed ? shiftedMs(end, -1) : end,
    value: 'VACANT',
    uncertaintyS: 0,
  };
  if (arrival.at >= departure.at)
    return { code: 'end-before-start', detail: 'between its neighbours no time is left for it' };
  return [arrival, departure];
}

function shiftedMs(instant: Instant, ms: number): Instant {
  return instantOf(epochMs(instant) + ms);
}
