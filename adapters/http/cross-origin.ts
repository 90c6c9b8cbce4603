import { type FastifyInstance } from 'fastify';

const EXPOSED =
  'ETag, Idempotency-Replayed, Location, Retry-After, X-As-Of-Position, X-As-Of-Time, X-Lag-Ms, X-Position, X-Request-ID';
const ACCEPTED =
  'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-API-Key, X-Min-Position, X-Request-ID';

/** Lets the pages of the named origins call the API. Without any, browsers of other origins are told nothing. */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    void reply.header('vary', 'Origin');
    if (origin === undefined || !origins.includes(origin)) return;
    void reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', EXPOSED);
    if (request.method !== 'OPTIONS') return;
    await reply
      .code(204)
      .header('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE')
      .header('access-control-allow-headers', ACCEPTED)
      .header('access-control-max-age', '600')
      .send();
  });
}
