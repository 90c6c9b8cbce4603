import { OutcomeUnknownError, StoreUnavailableError } from '../../application/ports/event-store/errors.ts';
import { type AppendResult } from '../../application/ports/event-store/event-store.ts';
import { type PreparedAppend } from '../../application/ports/event-store/prepared-append.ts';
import { type AppendFate } from './faults.ts';
import { type MemoryLog } from './memory-log.ts';

/** Performs the append as far as its fate allows, now; the returned function gives the answer, later. */
export function losing(log: MemoryLog, append: PreparedAppend, fate: AppendFate): () => AppendResult {
  if (fate.outcome === 'unavailable') {
    return fails(new StoreUnavailableError('the memory store is unavailable (injected fault)'));
  }
  if (fate.outcome === 'request-lost') {
    return fails(new OutcomeUnknownError('the request was lost (injected fault)'));
  }
  const answer = perform(log, append, fate.twice);
  if (fate.outcome === 'answer-lost') {
    return fails(new OutcomeUnknownError('the answer was lost (injected fault)'));
  }
  return answer;
}

function perform(log: MemoryLog, append: PreparedAppend, twice: boolean): () => AppendResult {
  try {
    const result = log.append(append);
    // A number or `no_stream` protects from a second copy; that is what makes them worth their price.
    const unprotected = append.expected === 'any' || append.expected === 'stream_exists';
    if (twice && unprotected) log.appendAgain(append);
    return () => result;
  } catch (error) {
    return fails(error);
  }
}

function fails(error: unknown): () => never {
  return () => {
    throw error;
  };
}
