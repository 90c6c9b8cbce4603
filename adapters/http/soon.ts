import { type HttpDependencies } from './dependencies.ts';
import { notFound } from './problems/problem.ts';

/** How long a change may wait for the read model to show what the caller has only just made. */
const PATIENCE_MS = 1_000;

/**
 * What a read model knows of an id that a command needs. A thing that was made a moment ago may not be there yet: look
 * once more when the read models have passed all that had been written. Throws `not-found`.
 */
export async function findSoon<T>(dependencies: HttpDependencies, find: () => Promise<T | null>): Promise<T> {
  const found = await find();
  if (found !== null) return found;
  await dependencies.read.waitFor(await dependencies.store.head('domain'), PATIENCE_MS);
  const later = await find();
  if (later === null) throw notFound();
  return later;
}
