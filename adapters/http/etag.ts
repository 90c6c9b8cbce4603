import { createHash } from 'node:crypto';
import { type FastifyRequest } from 'fastify';
import { type Api } from './api.ts';
import { ProblemError } from './problems/problem.ts';

/**
 * The ETag of every read is the hash of its body: a space's state moves with time, without a new revision. A body that
 * the client has already is answered with 304.
 */
export function answerEtags(api: Api): void {
  api.addHook('onSend', async (request, reply, payload) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || reply.statusCode !== 200 || typeof payload !== 'string') return payload;
    const etag = etagOf(payload);
    void reply.header('etag', etag).header('cache-control', 'private, no-cache');
    if (!matches(request.headers['if-none-match'], etag)) return payload;
    void reply.code(304).removeHeader('content-type').removeHeader('content-length');
    return '';
  });
}

export function etagOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}

/**
 * `If-Match` on changes: the body's `revision` in quotes, or the ETag of the body as read now. What is answered goes into
 * the command's context, so that what comes in between is noticed as well.
 */
export function requireMatch(
  request: FastifyRequest,
  present: { readonly revision: number },
): { readonly expectedRevision?: number } {
  const header = request.headers['if-match'];
  if (header === undefined || header.trim() === '*') return {};
  const wanted = header.split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (wanted.includes(`"${present.revision}"`) || wanted.includes(etagOf(JSON.stringify(present))))
    return { expectedRevision: present.revision };
  throw new ProblemError('conflict-revision', { facts: { revision: present.revision } });
}
