import { problemCatalogue } from '../../adapters/http/problems/catalogue.ts';

/** The catalogue of errors as a page. The program serves the same texts at `/docs/errors/{code}`. */
export function errorsPage(): string {
  const rows = Object.entries(problemCatalogue)
    .sort(([a, one], [b, other]) => one.status - other.status || (a < b ? -1 : 1))
    .map(([code, { help, status, title }]) => `| ${status} | \`${code}\` | ${title} | ${help} |`);
  return [
    '# Errors',
    '',
    'Generated from the catalogue by `npm run docs`; a test fails when it is out of step.',
    '',
    'Every error is an RFC 9457 problem document (`application/problem+json`). Decide by `code`, which never changes its',
    'meaning; quote `request_id` when you ask for help. `errors` points at the mistakes of a request one by one.',
    '',
    '| status | code | title | what helps |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
