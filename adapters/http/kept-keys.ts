import { mayDo } from './access.ts';
import { type FindPrincipal, type Principal } from './principal.ts';
import { ProblemError } from './problems/problem.ts';

/** Keys that may send frames, known while the database is away. */
export interface KeptKeys {
  find(hash: string): KeptPrincipal | null;
  /** The database says that there is no such key. */
  forget(hash: string): void;
}

export type KeptPrincipal = Pick<Principal, 'tenantId' | 'keyId' | 'role' | 'expiresAt'>;

/** How long a look-up may take, and how long after a failure it is not tried again: a frame must be answered soon. */
const PATIENCE_MS = 1_000;

/**
 * Finds who sends frames, whatever the database does: what it cannot say now is answered by the kept keys. A key that is
 * not among them may be a new one: the sender is told to come back (503), never that the key is wrong (401).
 */
export function findSender(
  findPrincipal: FindPrincipal,
  keptKeys: KeptKeys,
  now: () => number,
): FindPrincipal {
  let awayUntil = 0;
  return async (hash) => {
    if (awayUntil <= now()) {
      try {
        const principal = await within(PATIENCE_MS, findPrincipal(hash));
        if (principal === null) keptKeys.forget(hash);
        return principal;
      } catch {
        awayUntil = now() + PATIENCE_MS;
      }
    }
    const kept = keptKeys.find(hash);
    if (kept === null || !mayDo(kept.role, 'ingest'))
      throw new ProblemError('unavailable', { retryAfterS: 2 });
    return { ...kept, tenantName: '', tenantMode: 'live', suspended: false, keyName: '', scopes: [] };
  };
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
