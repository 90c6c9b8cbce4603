import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { discardEmbeddedPostgres, joinEmbeddedPostgres } from '../../../adapters/embedded-postgres/index.ts';

/** Creates an empty database and answers its url. */
export type NewDatabase = () => Promise<string>;

/**
 * Runs a benchmark against a Postgres of its own with the product's settings (fsync on), or against BENCH_POSTGRES_URL,
 * and clears it away.
 */
export async function withBenchServer(benchmark: (newDatabase: NewDatabase) => Promise<void>): Promise<void> {
  const given = process.env['BENCH_POSTGRES_URL'];
  if (given !== undefined) return benchmark(() => createDatabase(given));
  const dataDir = await mkdtemp(join(tmpdir(), 'bl-bench-'));
  // As root, the server runs under another user, who has to pass through.
  await chmod(dataDir, 0o711);
  const server = await joinEmbeddedPostgres({ dataDir, log: () => undefined });
  try {
    await benchmark(() => createDatabase(server.url));
  } finally {
    await server.leave();
    await discardEmbeddedPostgres(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function createDatabase(admin: string): Promise<string> {
  const name = `b_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: admin });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return url.href;
}
