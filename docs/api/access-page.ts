import { mayDo, type Permission, permissions, writes } from '../../adapters/http/access.ts';
import { roles } from '../../domain/tenant/events.ts';
import { openApiDocument, operationsOf } from './openapi-document.ts';

const meanings: Readonly<Record<Permission, string>> = {
  identify: 'ask who one is',
  read: 'read what is there now, and bookings (a booker: its own)',
  analyse: 'read utilization, stays and announced states',
  book: 'book and cancel (a booker: its own)',
  operate: 'override states, assign devices',
  administer: 'change sites, zones, spaces and devices',
  audit: 'read the history itself',
  ingest: 'send frames',
};

/** Roles × permissions × routes, from the table that the guard asks. */
export async function accessPage(): Promise<string> {
  const names = Object.keys(permissions) as Permission[];
  const operations = operationsOf(await openApiDocument());
  const routesOf = (permission: string | undefined) =>
    operations
      .filter(({ operation }) => operation['x-permission'] === permission)
      .map(({ method, path }) => `\`${method} ${path.replace('/api/v1', '')}\``);
  return [
    '# Who may do what',
    '',
    'Generated from the table that the API itself asks, by `npm run docs`; a test fails when it is out of step.',
    '',
    `| permission | ${roles.join(' | ')} |`,
    `|---|${roles.map(() => '---').join('|')}|`,
    ...names.map(
      (name) => `| ${name} | ${roles.map((role) => (mayDo(role, name) ? 'yes' : '')).join(' | ')} |`,
    ),
    '',
    `While a tenant is suspended, nobody may ${[...writes].join(', ')}; reading works, and frames are still recorded.`,
    '',
    '| permission | means | routes under `/api/v1` |',
    '|---|---|---|',
    ...names.map((name) => `| ${name} | ${meanings[name]} | ${routesOf(name).join('<br>')} |`),
    `| none needed | | ${routesOf(undefined).join('<br>')} |`,
    '',
    'Fields that identify the holder of a booking need the scope `holder:read` as well, whatever the role, and each',
    'reading is recorded.',
    '',
  ].join('\n');
}
