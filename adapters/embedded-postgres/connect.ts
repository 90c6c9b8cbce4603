import pg from 'pg';
import { realpath } from 'node:fs/promises';
import { SUPERUSER } from './cluster.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { type Postmaster } from './postmaster.ts';
import { hostOf } from './socket.ts';

export const DATABASE = 'bayledger';

/** By the socket file where there is one, else by TCP. */
export async function urlOf(
  postmaster: Postmaster,
  password: string,
  database: string = DATABASE,
): Promise<string> {
  const host = encodeURIComponent(await hostOf(postmaster));
  return `postgres://${SUPERUSER}:${encodeURIComponent(password)}@${host}:${postmaster.port}/${database}`;
}

/**
 * Proves that what listens there is the server of this cluster and answers, and makes sure of the database.
 * Repeated at every start: a crash may have come between the making of the cluster and of the database.
 */
export async function checkServer(postmaster: Postmaster, password: string, cluster: string): Promise<void> {
  await withClient(await urlOf(postmaster, password, 'postgres'), async (client) => {
    const { rows } = await client.query<{ directory: string; exists: boolean }>(
      `select current_setting('data_directory') as directory,
              exists (select from pg_database where datname = $1) as exists`,
      [DATABASE],
    );
    const directory = rows[0]?.directory ?? '';
    if ((await realpath(directory)) !== (await realpath(cluster))) {
      throw new EmbeddedPostgresError(
        `on port ${postmaster.port} answers a Postgres of other data: ${directory}`,
      );
    }
    if (rows[0]?.exists !== true)
      await client.query(`create database ${DATABASE} encoding 'UTF8' template template0`);
  });
}

async function withClient(url: string, act: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
  });
  // A connection that breaks after use emits `error`; without a listener that would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await act(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
