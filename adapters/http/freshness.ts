import { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  type Position,
  positionToken,
  readPositionToken,
} from '../../application/ports/event-store/position.ts';
import { type Api } from './api.ts';
import { type HttpDependencies } from './dependencies.ts';
import { invalid, ProblemError } from './problems/problem.ts';

const DEFAULT_WAIT_MS = 2_000;
const MAX_WAIT_MS = 10_000;

/**
 * Every read says how old it is (headers, so that bodies repeat and ETags work), and can be told to wait until the
 * read models have passed a position (`min_position` or `X-Min-Position`).
 */
export function readFresh(api: Api, dependencies: HttpDependencies): void {
  api.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'GET' || request.routeOptions.config.readsModels === false) return;
    if (request.routeOptions.config.permission === undefined) return;
    await waitAsAsked(request, dependencies);
    // Read before the data: what is answered is at least this new.
    const { position, time, lagMs } = await dependencies.read.freshness();
    void reply
      .header('x-as-of-position', positionToken(position))
      .header('x-as-of-time', time)
      .header('x-lag-ms', Math.max(0, Math.round(lagMs)));
  });
}

async function waitAsAsked(request: FastifyRequest, dependencies: HttpDependencies): Promise<void> {
  const query = request.query as { min_position?: string; wait_ms?: number };
  const header = request.headers['x-min-position'];
  const token = query.min_position ?? (typeof header === 'string' ? header : undefined);
  if (token === undefined) return;
  const reading = readPositionToken(token, dependencies.store.storeId);
  if (!reading.ok) {
    if (reading.reason === 'other-store') throw new ProblemError('position-from-another-store');
    throw invalid('query/min_position', 'invalid-position', 'not a position that this API has given');
  }
  const waitMs = Math.min(query.wait_ms ?? DEFAULT_WAIT_MS, MAX_WAIT_MS);
  if (!(await dependencies.read.waitFor(reading.position, waitMs))) {
    throw new ProblemError('read-model-behind', { retryAfterS: 1 });
  }
}

/** The position of a write, in the header; the token goes into the body too. */
export function positionHeader(reply: FastifyReply, position: Position | null): string | null {
  if (position === null) return null;
  const token = positionToken(position);
  void reply.header('x-position', token);
  return token;
}
