import { PostgresStore } from './postgres-store.ts';
import { Readers } from './query.ts';
import { type SessionSettings } from './session.ts';
import { openStoreId } from './store-opened.ts';

export interface PostgresStoreOptions {
  /** `postgres://…` of a migrated database, Postgres 17 or later. Not through PgBouncer: it listens and prepares. */
  readonly connectionString: string;
  /** Shown in `pg_stat_activity`, followed by what the connection is for. */
  readonly applicationName?: string;
  /** How many connections read at once. Each log that is written to has one more, and subscriptions share one. */
  readonly poolSize?: number;
  /** How long a batch may take on the server, waiting for its turn included, before its connection is cut. */
  readonly transactionTimeoutMs?: number;
  /** The clock of transient logs (stamps, retention, expiry). Default: the server's. */
  readonly now?: () => Date;
}

const TRANSACTION_TIMEOUT_MS = 3000;
const READ_TIMEOUT_MS = 30_000;

/** Connects, checks the server's version, and gives the store its id if nobody has done so before. */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  const { connectionString, applicationName = 'bayledger store', poolSize = 4, now } = options;
  const settings = (purpose: string, transactionTimeoutMs: number): SessionSettings => ({
    connectionString,
    applicationName: `${applicationName} ${purpose}`,
    transactionTimeoutMs,
  });
  const readers = new Readers(settings('read', READ_TIMEOUT_MS), poolSize);
  try {
    const storeId = await openStoreId(readers.query, now?.() ?? new Date());
    return new PostgresStore({
      storeId,
      readers,
      now,
      writing: settings('write', options.transactionTimeoutMs ?? TRANSACTION_TIMEOUT_MS),
      listening: settings('listen', READ_TIMEOUT_MS),
    });
  } catch (error) {
    await readers.close();
    throw error;
  }
}
