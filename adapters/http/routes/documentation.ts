import swaggerUi from '@fastify/swagger-ui';
import { type FastifyInstance } from 'fastify';
import { errorListPage, errorPage } from '../problems/pages.ts';
import { isProblemCode } from '../problems/catalogue.ts';
import { ProblemError } from '../problems/problem.ts';

const hidden = { schema: { hide: true } };

/** The documentation comes out of the program itself: never out of step with it, and readable without a network. */
export async function documentationRoutes(app: FastifyInstance): Promise<void> {
  for (const path of ['/openapi.json', '/api/v1/openapi.json']) app.get(path, hidden, () => app.swagger());

  app.get('/docs/errors', hidden, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(errorListPage()),
  );

  app.get<{ Params: { code: string } }>('/docs/errors/:code', hidden, (request, reply) => {
    const { code } = request.params;
    if (!isProblemCode(code)) throw new ProblemError('not-found');
    return reply.type('text/html; charset=utf-8').send(errorPage(code));
  });

  await app.register(swaggerUi, {
    routePrefix: '/docs',
    // Without this the page would ask a service on the internet whether the document is valid.
    uiConfig: { docExpansion: 'list', deepLinking: true, validatorUrl: null },
    staticCSP: true,
    theme: { title: 'bayledger API' },
  });
}
