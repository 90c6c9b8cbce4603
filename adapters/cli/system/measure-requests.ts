import { tracingChannel } from 'node:diagnostics_channel';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type FastifyInstance } from 'fastify';
import { type Metrics } from '../../telemetry/index.ts';

interface Handled {
  readonly request: { readonly raw: IncomingMessage };
  readonly route: { readonly url: string };
}

/**
 * Measures requests from outside the routes. A request that is refused before its handler has no route to be counted
 * under: paths as they were typed would be labels without bound.
 */
export function measureRequests(app: FastifyInstance, metrics: Metrics): void {
  const routes = new WeakMap<IncomingMessage, string>();
  const channel = tracingChannel('fastify.request.handler').start;
  const note = (message: unknown): void => {
    const { request, route } = message as Handled;
    routes.set(request.raw, route.url);
  };
  channel.subscribe(note);
  app.server.on('close', () => channel.unsubscribe(note));
  app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const began = performance.now();
    response.once('close', () => {
      const labels = {
        route: routes.get(request) ?? 'refused',
        method: request.method ?? 'GET',
        status: String(response.statusCode),
      };
      metrics.httpRequests.observe(labels, (performance.now() - began) / 1000);
    });
  });
}
