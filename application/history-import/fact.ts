import { type Instant } from '../../domain/time/instant.ts';
import { derivedId } from '../ids/ids.ts';

/** What a file says of a bay: from `at` on it was `value`. */
export interface HistoricFact {
  /** Of the file. */
  readonly line: number;
  /** The instant in the file: together with the value it names the fact, so that a repeat is recognised. */
  readonly namedAt: Instant;
  /** The instant that is told: the same, but for a stay that begins when the one before ends (see stays.ts). */
  readonly at: Instant;
  readonly value: 'VACANT' | 'OCCUPIED';
  /** The change lies in (at − uncertaintyS, at]. */
  readonly uncertaintyS: number;
}

/** A row that is not told, and why: a stable code, and a sentence for people. */
export interface RejectedRow {
  readonly line: number;
  readonly code: string;
  readonly detail: string;
}

/** What is to be told of one bay, in the order of time. */
export interface BayPlan {
  readonly facts: readonly HistoricFact[];
  readonly rejected: readonly RejectedRow[];
  /** Rows that say word for word what another row says. */
  readonly repeats: number;
}

/**
 * The observation of a fact: the same whatever file and source it comes from, so a file that was imported under another
 * name, or overlaps one that was, adds nothing twice. [F] Changing this rule would import old files again.
 */
export function observationOf(
  spaceId: string,
  { value, namedAt }: Pick<HistoricFact, 'value' | 'namedAt'>,
): string {
  return derivedId(spaceId, `import/${value}/${namedAt}`);
}
