import { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  type Position,
  positionToken,
  readPositionToken,
} from '../../application/ports/event-store/position.ts';
import { type Api } from './api.ts';
import { type Freshness, type HttpDependencies } from './dependencies.ts';
import { invalid, ProblemError } from './problems/problem.ts';

const DEFAULT_WAIT_MS = 2_000;
const MAX_WAIT_MS = 10_000;

/**
 * Every read says how old it is (headers, so that bodies repeat and ETags work), and can be told to wait until the
 * read models that it reads have passed a position (`min_position` or `X-Min-Position`).
 */
export function readFresh(api: Api, dependencies: HttpDependencies): void {
  api.addHook('preHandler', async (request, reply) => {
    const { reads } = request.routeOptions.config;
    if (reads === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return;
    await waitAsAsked(request, dependencies, reads);
    // Read before the data: what is answered is at least this new.
    const { position, time, lagMs } = await freshnessOf(dependencies, reads);
    void reply
      .header('x-as-of-position', positionToken(position))
      .header('x-as-of-time', time)
      .header('x-lag-ms', Math.max(0, Math.round(lagMs)));
  });
}

/** What comes from the store itself is never behind. */
async function freshnessOf(
  { now, read, store }: HttpDependencies,
  reads: readonly string[] | 'store',
): Promise<Freshness> {
  if (reads !== 'store') return read.freshness(reads);
  return { position: await store.head('domain'), time: now(), lagMs: 0 };
}

async function waitAsAsked(
  request: FastifyRequest,
  { read, store }: HttpDependencies,
  reads: readonly string[] | 'store',
): Promise<void> {
  const query = request.query as { min_position?: string; wait_ms?: number };
  const header = request.headers['x-min-position'];
  const [token, pointer] =
    query.min_position === undefined
      ? [header, 'header/x-min-position']
      : [query.min_position, 'query/min_position'];
  if (token === undefined) return;
  const position = readPosition(String(token), store.storeId, pointer);
  const waitMs = Math.min(query.wait_ms ?? DEFAULT_WAIT_MS, MAX_WAIT_MS);
  if (reads === 'store' || (await read.waitFor(position, waitMs, reads))) return;
  throw new ProblemError('read-model-behind', { retryAfterS: 1 });
}

/** A position that a client hands back. */
export function readPosition(token: string, storeId: string, pointer: string): Position {
  const reading = readPositionToken(token, storeId);
  if (reading.ok) return reading.position;
  if (reading.reason === 'other-store') throw new ProblemError('position-from-another-store');
  throw invalid(pointer, 'invalid-position', 'not a position that this API has given');
}

/** The position of a write, in the header; the token goes into the body too. */
export function positionHeader(reply: FastifyReply, position: Position | null): string | null {
  if (position === null) return null;
  const token = positionToken(position);
  void reply.header('x-position', token);
  return token;
}
