import { type Api } from './api.ts';
import { ProblemError } from './problems/problem.ts';

const METHODS = ['DELETE', 'GET', 'PATCH', 'POST', 'PUT'] as const;

/**
 * Answers 405 with `Allow` where a path is known and the method is not. Call it before the routes are registered, and
 * what it gives back when they are.
 */
export function refuseOtherMethods(api: Api): () => Promise<void> {
  const known = new Map<string, Set<string>>();
  api.addHook('onRoute', ({ method, url }) => {
    const methods = known.get(url) ?? new Set<string>();
    for (const one of [method].flat()) methods.add(one);
    known.set(url, methods);
  });
  return async () => {
    // Routes that plugins register are known once those have run.
    await api.after();
    for (const [url, methods] of [...known]) {
      const allow = [...methods].sort().join(', ');
      api.route({
        method: METHODS.filter((one) => !methods.has(one)),
        url: url.slice(api.prefix.length),
        schema: { hide: true },
        handler: (_request, reply) => {
          void reply.header('allow', allow);
          throw new ProblemError('method-not-allowed');
        },
      });
    }
  };
}
