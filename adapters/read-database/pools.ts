import pg from 'pg';
import {
  createPool,
  type DatabasePool,
  type DriverTypeParser,
  type Interceptor,
  SchemaValidationError,
} from 'slonik';

export interface PoolOptions {
  readonly size?: number;
  readonly applicationName?: string;
  /** A connection that broke while nobody used it. */
  readonly onError?: (error: Error) => void;
}

/** For projectors and other hot paths: prepared statements, one connection per transaction. Not through PgBouncer. */
export function createWritePool(databaseUrl: string, options: PoolOptions = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.size ?? 4,
    application_name: options.applicationName ?? 'bayledger',
    keepAlive: true,
  });
  // Without a listener an idle connection that breaks would end the process.
  pool.on('error', (error) => options.onError?.(error));
  return pool;
}

/** For queries: every row is checked by the zod schema of its statement. */
export async function createReadPool(databaseUrl: string, options: PoolOptions = {}): Promise<DatabasePool> {
  const pool = await createPool(databaseUrl, {
    maximumPoolSize: options.size ?? 8,
    idleTimeout: 30_000,
    statementTimeout: 30_000,
    captureStackTrace: false,
    typeParsers,
    interceptors: [rowParser],
    // Queries leave nothing behind on a connection, so that nothing needs to be discarded between two of them.
    resetConnection: () => Promise.resolve(),
  });
  pool.on('error', (error) => options.onError?.(error));
  return pool;
}

/** As folds see values: instants and dates as text, integers as numbers (revisions, counts, seconds: below 2^53). */
const typeParsers: readonly DriverTypeParser[] = [
  { name: 'timestamptz', parse: (text) => new Date(text).toISOString() },
  { name: 'date', parse: (text) => text },
  { name: 'int8', parse: Number },
  // Sums of bigint columns.
  { name: 'numeric', parse: Number },
];

const rowParser: Interceptor = {
  name: 'row-parser',
  transformRow: (context, query, row) => {
    const { resultParser } = context;
    if (resultParser === undefined) return row;
    const parsed = resultParser.safeParse(row);
    if (!parsed.success) throw new SchemaValidationError(query, row, parsed.error.issues);
    return parsed.data as typeof row;
  },
};
