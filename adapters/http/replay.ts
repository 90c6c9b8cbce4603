import { createHash } from 'node:crypto';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type IdempotencyRecords } from '../../application/ports/idempotency-records.ts';
import { writes } from './access.ts';
import { canonicalOrPlain } from './fingerprint.ts';
import { type Api } from './api.ts';
import { type HttpDependencies } from './dependencies.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { invalid, ProblemError } from './problems/problem.ts';
import { principalOf } from './guard.ts';

const KEPT_HEADERS = ['content-type', 'location', 'x-position'] as const;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while this request holds an idempotency record. */
    idempotencyScope: string | null;
    /** The client's own key, for the command id. */
    idempotencyKey: string | null;
  }
}

/**
 * A write that carries an Idempotency-Key is carried out once: a repeat gets the stored answer with
 * `Idempotency-Replayed: true`. Validation errors and failures are not stored. Runs after validation.
 */
export function replayRepeats(api: Api, dependencies: HttpDependencies): void {
  api.decorateRequest('idempotencyScope', null);
  api.decorateRequest('idempotencyKey', null);
  api.addHook('preHandler', async (request, reply) => {
    const { permission } = request.routeOptions.config;
    if (request.method === 'GET' || permission === undefined || !writes.has(permission)) return undefined;
    const key = readIdempotencyKey(request.headers['idempotency-key']);
    if (key === null) return undefined;
    if (key === undefined) {
      throw invalid(
        'header/idempotency-key',
        'invalid-key',
        'at most 255 printable characters, bare or in quotes',
      );
    }
    const scope = scopeOf(request, key);
    const begun = await dependencies.idempotency.begin(scope, fingerprintOf(request));
    if (begun.kind === 'in-progress') throw new ProblemError('request-in-progress', { retryAfterS: 1 });
    if (begun.kind === 'mismatch') throw new ProblemError('idempotency-mismatch');
    if (begun.kind === 'new') {
      request.idempotencyKey = key;
      request.idempotencyScope = scope;
      return undefined;
    }
    for (const [name, value] of Object.entries(begun.answer.headers)) void reply.header(name, value);
    return reply.header('idempotency-replayed', 'true').code(begun.answer.status).send(begun.answer.body);
  });
  api.addHook('onSend', async (request, reply, payload) => {
    const scope = request.idempotencyScope;
    if (scope === null) return payload;
    request.idempotencyScope = null;
    try {
      await keepAnswer(dependencies.idempotency, scope, reply, payload);
    } catch (error) {
      // What was done is done and must be answered. A repeat is decided anew, under the same command id.
      request.log.warn({ err: error, request_id: request.id }, 'an answer could not be kept for its repeats');
    }
    return payload;
  });
}

async function keepAnswer(
  records: IdempotencyRecords,
  scope: string,
  reply: FastifyReply,
  payload: unknown,
): Promise<void> {
  if (!worthKeeping(reply.statusCode) || typeof payload !== 'string') return records.abandon(scope);
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = reply.getHeader(name);
    if (value !== undefined) headers[name] = String(value);
  }
  return records.finish(scope, { status: reply.statusCode, headers, body: payload });
}

/** Success, and refusals by the domain: what would be answered again. Not 4xx of the request's form, not 5xx. */
function worthKeeping(status: number): boolean {
  return status < 300 || status === 409;
}

function scopeOf(request: FastifyRequest, key: string): string {
  const principal = principalOf(request);
  return createHash('sha256')
    .update(
      [principal.tenantId, principal.keyId, request.method, request.routeOptions.url ?? '', key].join(
        '\u001f',
      ),
    )
    .digest('hex');
}

/** What makes two requests the same: the path with its ids, and the body after validation. */
function fingerprintOf(request: FastifyRequest): string {
  return createHash('sha256')
    .update(request.url)
    .update('\u001f')
    .update(canonicalOrPlain(request.body))
    .digest('hex');
}
