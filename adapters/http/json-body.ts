import { type FastifyInstance } from 'fastify';

/**
 * Fastify's own JSON parser, which refuses `__proto__`; but an empty body is no body. Clients that always send
 * `Content-Type: application/json` may then leave out a body that is optional.
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, String(body), done);
  });
}
