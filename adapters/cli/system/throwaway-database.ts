import { randomUUID } from 'node:crypto';
import pg from 'pg';

const PREFIX = 'bayledger_memory_';

/**
 * The events of a memory store are gone with the process, and read models of events that are gone are worth nothing:
 * they get a database of their own, which goes with them.
 */
export async function makeThrowawayDatabase(serverUrl: string): Promise<{
  readonly url: string;
  drop(): Promise<void>;
}> {
  const name = `${PREFIX}${randomUUID().replaceAll('-', '')}`;
  await execute(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => execute(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
