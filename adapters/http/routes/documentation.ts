import swaggerUi from '@fastify/swagger-ui';
import { type FastifyInstance } from 'fastify';
import { isProblemCode, type ProblemCode, problemCatalogue } from '../problems/catalogue.ts';
import { ProblemError } from '../problems/problem.ts';

/** The documentation comes out of the program itself: never out of step with it, and readable without a network. */
export async function documentationRoutes(app: FastifyInstance): Promise<void> {
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, () => app.swagger());

  app.get('/docs/errors', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page('Errors', errorList())),
  );

  app.get<{ Params: { code: string } }>(
    '/docs/errors/:code',
    { schema: { hide: true } },
    (request, reply) => {
      const { code } = request.params;
      if (!isProblemCode(code)) throw new ProblemError('not-found');
      return reply.type('text/html; charset=utf-8').send(page(code, errorPage(code)));
    },
  );

  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { docExpansion: 'list', deepLinking: true },
  });
}

function errorList(): string {
  const rows = Object.entries(problemCatalogue).map(
    ([code, { status, title }]) =>
      `<tr><td><a href="/docs/errors/${code}"><code>${code}</code></a></td><td>${status}</td><td>${escape(title)}</td></tr>`,
  );
  return `<h1>Errors</h1><table><tr><th>code</th><th>status</th><th>meaning</th></tr>${rows.join('')}</table>`;
}

function errorPage(code: ProblemCode): string {
  const { status, title, help } = problemCatalogue[code];
  const text = escape(help).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
  return `<p><a href="/docs/errors">Errors</a></p><h1><code>${code}</code></h1><p>HTTP ${status}. ${escape(title)}.</p><p>${text}</p>`;
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)} · bayledger</title><style>
body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
table{border-collapse:collapse}td,th{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #ddd}
code{background:#f3f3f3;padding:.1em .3em;border-radius:3px}a{color:#0b57d0}
</style></head><body>${body}</body></html>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
