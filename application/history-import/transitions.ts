import { type Instant } from '../../domain/time/instant.ts';
import { type BayPlan, type HistoricFact, type RejectedRow } from './fact.ts';
import { type RecordedPast } from './recorded-past.ts';

/** A row of a file of transitions. */
export interface FileTransition {
  readonly line: number;
  readonly at: Instant;
  readonly value: 'VACANT' | 'OCCUPIED';
  /** How long before `at` it may have been: since the observation before. */
  readonly uncertaintyS: number;
}

/** What one bay was seen to be, in the order of time. Rows that say two things of one instant are all refused. */
export function planTransitions(rows: readonly FileTransition[], recorded: RecordedPast): BayPlan {
  const sorted = [...rows].sort(byTime);
  const facts: HistoricFact[] = [];
  const rejected: RejectedRow[] = [];
  let repeats = 0;
  for (let index = 0; index < sorted.length;) {
    const together = sorted.slice(index, endOfInstant(sorted, index));
    index += together.length;
    const [first] = together;
    if (first === undefined) break;
    const refusal = refuse(together, first, recorded);
    if (refusal !== null) {
      rejected.push(...together.map(({ line }) => ({ line, ...refusal })));
      continue;
    }
    const { line, at, value, uncertaintyS } = first;
    facts.push({ line, namedAt: at, at, value, uncertaintyS });
    repeats += together.length - 1;
  }
  return { facts, rejected, repeats };
}

/** Of repeats the one that knows best comes first. */
function byTime(a: FileTransition, b: FileTransition): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.uncertaintyS - b.uncertaintyS || a.line - b.line;
}

function endOfInstant(sorted: readonly FileTransition[], from: number): number {
  const at = sorted[from]?.at;
  let end = from + 1;
  while (sorted[end]?.at === at && end < sorted.length) end += 1;
  return end;
}

function refuse(
  together: readonly FileTransition[],
  { at, value }: FileTransition,
  recorded: RecordedPast,
): Omit<RejectedRow, 'line'> | null {
  if (recorded.commissionedAt !== null && at < recorded.commissionedAt)
    return { code: 'before-commissioning', detail: `the space begins at ${recorded.commissionedAt}` };
  const other = together.find((one) => one.value !== value);
  if (other !== undefined)
    return {
      code: 'contradiction',
      detail: `lines ${together.map(({ line }) => line).join(', ')} disagree on one instant`,
    };
  const opposite = value === 'VACANT' ? 'OCCUPIED' : 'VACANT';
  if (recorded.knows({ value: opposite, namedAt: at }) && !recorded.knows({ value, namedAt: at }))
    return { code: 'contradiction', detail: `on record is ${opposite} at this instant` };
  return null;
}
