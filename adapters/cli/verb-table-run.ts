import { type VerbDeclaration } from './verb.ts';

/** What runs the system, and what prepares it. */
export const runVerbs: readonly VerbDeclaration[] = [
  {
    name: 'serve',
    summary: 'runs the system',
    detail:
      'One program, several roles: `api` and `ingest` answer HTTP, `projector` makes the read models, `worker` turns frames into facts and keeps the clock. `all` is everything in one process. Several processes may share one DATA_DIR.',
    options: [
      ['--role <role>', 'all, api, ingest, projector or worker (default: all)'],
      ['--port <number>', 'port of the API, instead of API_PORT; 0 takes any free one'],
    ],
    examples: ['bayledger serve', 'bayledger serve --role api --port 8080'],
    load: async () => (await import('./verbs/serve.ts')).serve,
  },
  {
    name: 'demo',
    summary: 'a running demo city with live traffic',
    detail:
      'Makes two past days of traffic at the first start and goes on live; a later start goes on with the same data. Nothing leaves this machine.',
    options: [
      ['--fresh', 'begins anew: deletes the data of the demo in DATA_DIR'],
      ['--spaces <number>', 'how many spaces, 8 to 480 (default: 60)'],
      ['--rate <number>', 'live frames per minute (default: 60)'],
    ],
    examples: ['bayledger demo', 'bayledger demo --fresh --spaces 120'],
    load: async () => (await import('./verbs/demo.ts')).demo,
  },
  {
    name: 'migrate up',
    summary: 'brings the SQL schema up to date',
    options: [
      ['--to <number>', 'up to this migration'],
      ['--dry-run', 'says which would run, and changes nothing'],
    ],
    examples: ['bayledger migrate up'],
    load: async () => (await import('./verbs/migrate.ts')).migrateUpVerb,
  },
  {
    name: 'migrate down',
    summary: 'takes back the last migration, or all above a number',
    options: [
      ['--to <number>', 'until this one is the last'],
      ['--dry-run', 'says which would be taken back, and changes nothing'],
      ['--yes', 'needed: tables go, with what is in them'],
    ],
    examples: ['bayledger migrate down --to 10 --yes'],
    load: async () => (await import('./verbs/migrate.ts')).migrateDownVerb,
  },
  {
    name: 'migrate status',
    summary: 'which migrations were applied, and when',
    detail: 'Exit code 1 when some are missing.',
    examples: ['bayledger migrate status --json'],
    load: async () => (await import('./verbs/migrate.ts')).migrateStatusVerb,
  },
];
