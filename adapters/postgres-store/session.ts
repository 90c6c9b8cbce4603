import { Socket } from 'node:net';
import pg from 'pg';
import { UnsupportedPostgresError } from './unsupported.ts';

/** What a connection of the store is for: it decides how long one of its transactions may take. */
export interface SessionSettings {
  readonly connectionString: string;
  readonly applicationName: string;
  /** A client that stops within a transaction keeps the log's lock; only this frees it. */
  readonly transactionTimeoutMs: number;
}

const OLDEST_SERVER = 170_000;
const CONNECT_TIMEOUT_MS = 5000;

/** Every value as the text that the server sent: the store knows the types of its few columns itself. */
const asText: pg.CustomTypesConfig = { getTypeParser: () => (value: string) => value };

export function clientConfig(settings: SessionSettings): pg.ClientConfig {
  return {
    connectionString: settings.connectionString,
    application_name: settings.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: asText,
  };
}

/** A connection of its own, apart from any pool. */
export interface Session {
  readonly client: pg.Client;
  /** Aborted when the connection has ended, whoever ended it. */
  readonly ended: AbortSignal;
  /** Cuts the connection without a word: for a server that does not answer any more. */
  abandon(): void;
}

export async function openSession(settings: SessionSettings): Promise<Session> {
  const socket = new Socket();
  const client = new pg.Client({ ...clientConfig(settings), stream: () => socket });
  const ended = new AbortController();
  // An `error` event without a listener would end the process.
  client.on('error', () => ended.abort());
  client.on('end', () => ended.abort());
  const abandon = (): void => void socket.destroy();
  try {
    await client.connect();
    await prepareSession(client, settings);
    return { client, ended: ended.signal, abandon };
  } catch (error) {
    abandon();
    throw error;
  }
}

/**
 * The text of timestamps is what `decode.ts` reads. `synchronous_commit` is left as it is: an acknowledged event must be
 * on disk. Plans follow indexes only, never statistics of a time when the log was small.
 */
export async function prepareSession(client: pg.ClientBase, settings: SessionSettings): Promise<void> {
  await requireVersion(client);
  await client.query(
    `SET timezone = 'UTC'; SET datestyle = 'ISO'; SET client_encoding = 'UTF8'; SET jit = off;
     SET default_transaction_isolation = 'read committed'; SET max_parallel_workers_per_gather = 0;
     SET enable_seqscan = off; SET transaction_timeout = ${settings.transactionTimeoutMs}`,
  );
}

async function requireVersion(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<[string]>({ text: 'SHOW server_version_num', rowMode: 'array' });
  const version = Number(rows[0]?.[0]);
  if (!(version >= OLDEST_SERVER)) throw new UnsupportedPostgresError(version);
}
