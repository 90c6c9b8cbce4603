import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';

export interface MigrationOptions {
  readonly databaseUrl: string;
  /** Stop at this number: up to it, or down until it is the last one. */
  readonly to?: number;
  /** Tell which would run, in a transaction that is rolled back. */
  readonly dryRun?: boolean;
  readonly log?: (line: string) => void;
}

export interface MigrationState {
  readonly name: string;
  /** Null: not applied. */
  readonly appliedAt: string | null;
}

const FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url));
const TABLE = 'schema_migrations';

/** Applies what is missing; answers the names. Several processes may call it at once: the later ones wait. */
export function migrateUp(options: MigrationOptions): Promise<readonly string[]> {
  const { to } = options;
  return migrate('up', options, to === undefined ? {} : { count: to, timestamp: true });
}

/** Takes back the last one, or all above `to`. */
export function migrateDown(options: MigrationOptions): Promise<readonly string[]> {
  const { to } = options;
  return migrate('down', options, to === undefined ? { count: 1 } : { count: to + 1, timestamp: true });
}

async function migrate(
  direction: 'up' | 'down',
  { databaseUrl, dryRun = false, log = () => undefined }: MigrationOptions,
  extent: { readonly count?: number; readonly timestamp?: boolean },
): Promise<readonly string[]> {
  const client = await connected(databaseUrl);
  try {
    const done = await runner({
      dbClient: client,
      dir: FOLDER,
      migrationsTable: TABLE,
      direction,
      dryRun,
      log,
      advisoryLockMode: 'wait',
      // Two pieces of work may number their migrations side by side.
      checkOrder: false,
      ...extent,
    });
    return done.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

async function connected(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl });
  // A connection that breaks fails the query that runs on it. While none runs there is nothing to lose, and an error that
  // nobody listens to would end the program: an embedded Postgres may be stopped while the connection is being closed.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** All migrations of this program, in order, and when each was applied to the database. */
export async function migrationStatus(databaseUrl: string): Promise<readonly MigrationState[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.sql')).sort();
  const applied = await appliedMigrations(databaseUrl);
  return files.map((file) => {
    const name = file.replace(/\.sql$/, '');
    return { name, appliedAt: applied.get(name) ?? null };
  });
}

async function appliedMigrations(databaseUrl: string): Promise<ReadonlyMap<string, string>> {
  const client = await connected(databaseUrl);
  try {
    const exists = await client.query<{ found: boolean }>(
      `SELECT to_regclass('public.${TABLE}') IS NOT NULL AS found`,
    );
    if (exists.rows[0]?.found !== true) return new Map();
    const rows = await client.query<{ name: string; applied_at: Date }>(
      `SELECT name, run_on::timestamptz AS applied_at FROM public.${TABLE}`,
    );
    return new Map(rows.rows.map((row) => [row.name, row.applied_at.toISOString()]));
  } finally {
    await client.end();
  }
}
