import { type ProblemCode, problemCatalogue } from './catalogue.ts';

/** The pages that the `type` of a problem leads to. */
export function errorListPage(): string {
  const rows = Object.entries(problemCatalogue).map(
    ([code, { status, title }]) =>
      `<tr><td><a href="/docs/errors/${code}"><code>${code}</code></a></td><td>${status}</td><td>${escaped(title)}</td></tr>`,
  );
  const head = '<tr><th>code</th><th>status</th><th>meaning</th></tr>';
  return page(
    'Errors',
    `<p><a href="/docs">API</a></p><h1>Errors</h1><table>${head}${rows.join('')}</table>`,
  );
}

export function errorPage(code: ProblemCode): string {
  const { help, status, title } = problemCatalogue[code];
  const text = escaped(help).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
  return page(
    code,
    `<p><a href="/docs">API</a> · <a href="/docs/errors">Errors</a></p><h1><code>${code}</code></h1>` +
      `<p>HTTP ${status}. ${escaped(title)}.</p><p>${text}</p>`,
  );
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)} · bayledger</title><style>
body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
table{border-collapse:collapse}td,th{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #ddd}
code{background:#f3f3f3;padding:.1em .3em;border-radius:3px}a{color:#0b57d0}
</style></head><body>${body}</body></html>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
