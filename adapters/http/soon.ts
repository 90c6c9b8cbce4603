import { type HttpDependencies } from './dependencies.ts';
import { notFound, ProblemError } from './problems/problem.ts';

/** How long a change may wait for the read model to show what the caller has only just made. */
const PATIENCE_MS = 2_000;

/**
 * What a read model knows of an id that a command needs. A thing that was made a moment ago may not be there yet: look
 * once more when the read model has passed all that had been written. Throws `not-found`, or `read-model-behind` where
 * nobody can tell.
 */
export async function findSoon<T>(
  { read, store }: Pick<HttpDependencies, 'read' | 'store'>,
  readModel: string,
  find: () => Promise<T | null>,
): Promise<T> {
  const found = await find();
  if (found !== null) return found;
  const caughtUp = await read.waitFor(await store.head('domain'), PATIENCE_MS, [readModel]);
  const later = await find();
  if (later !== null) return later;
  throw caughtUp ? notFound() : new ProblemError('read-model-behind', { retryAfterS: 1 });
}
