import { WrongExpectedRevisionError } from '../../application/ports/event-store/errors.ts';
import { type AppendResult } from '../../application/ports/event-store/event-store.ts';
import { type PreparedAppend } from '../../application/ports/event-store/prepared-append.ts';

/** A row of `append_batch`: w written, r repeated, c conflict; see the migration. */
export type AnswerRow = readonly [fate: string, revision: string, position: string | null];

export type Answer =
  | { readonly ok: true; readonly result: AppendResult }
  | { readonly ok: false; readonly conflict: WrongExpectedRevisionError };

export function answerOf(append: PreparedAppend, row: AnswerRow | undefined, storeId: string): Answer {
  if (row === undefined) throw new Error('append_batch answered fewer rows than it was given appends');
  const [fate, revisionText, position] = row;
  const revision = Number(revisionText);
  if (fate === 'c') {
    const actual = revision < 0 ? 'no_stream' : revision;
    return { ok: false, conflict: new WrongExpectedRevisionError(append.stream, append.expected, actual) };
  }
  if (position === null) return { ok: true, result: { revision, position: null } };
  const commit = BigInt(position);
  return { ok: true, result: { revision, position: { storeId, commit, prepare: commit } } };
}
