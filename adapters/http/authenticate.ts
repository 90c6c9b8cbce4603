import { type FastifyRequest } from 'fastify';
import { type KeyShape } from './credentials.ts';
import { findSender, type KeptKeys } from './kept-keys.ts';
import { type FindPrincipal, type Principal } from './principal.ts';
import { ProblemError } from './problems/problem.ts';

/** How long a found key is believed without asking again: a revocation takes effect everywhere within this time. */
const FRESH_MS = 2_000;
const MAX_KEYS = 10_000;

interface Known {
  readonly principal: Principal;
  readonly until: number;
}

/**
 * Turns a request's key into a principal. Found keys are kept for two seconds, unknown ones not at all (a key works as
 * soon as the read model knows it). The look-up is by the SHA-256 of 256 random bits, so comparing takes no secret time.
 */
export function authenticator(
  findPrincipal: FindPrincipal,
  keyShape: KeyShape,
  now: () => number,
  keptKeys: KeptKeys | null = null,
) {
  // Apart: a sender that only the kept keys know is known for sending, and for nothing else.
  const [known, senders] = [new Map<string, Known>(), new Map<string, Known>()];
  const findOfSender = keptKeys === null ? findPrincipal : findSender(findPrincipal, keptKeys, now);
  return async (request: FastifyRequest): Promise<Principal> => {
    const key = presentedKey(request);
    if (key === null || !keyShape.looksLikeApiKey(key)) throw new ProblemError('unauthenticated');
    const hash = keyShape.hashApiKey(key);
    const isSending = request.routeOptions.config.permission === 'ingest';
    const found = isSending ? senders : known;
    const kept = found.get(hash);
    if (kept !== undefined && kept.until > now()) return notExpired(kept.principal, now());
    const principal = await (isSending ? findOfSender(hash) : findPrincipal(hash));
    found.delete(hash);
    if (principal === null) throw new ProblemError('unauthenticated');
    if (found.size >= MAX_KEYS) found.clear();
    found.set(hash, { principal, until: now() + FRESH_MS });
    return notExpired(principal, now());
  };
}

function notExpired(principal: Principal, nowMs: number): Principal {
  if (principal.expiresAt !== null && Date.parse(principal.expiresAt) <= nowMs)
    throw new ProblemError('unauthenticated');
  return principal;
}

function presentedKey(request: FastifyRequest): string | null {
  const header = request.headers['x-api-key'];
  if (typeof header === 'string' && header !== '') return header;
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '');
  return bearer?.[1] ?? null;
}
