import pg from 'pg';
import { StoreUnavailableError } from '../../application/ports/event-store/errors.ts';
import { asRefusal } from './failures.ts';
import { clientConfig, prepareSession, type SessionSettings } from './session.ts';

export interface Statement {
  /** Under this name a connection keeps the statement's plan. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Rows as arrays of the texts that the server sent. */
export type Query = <R extends (string | null)[]>(statement: Statement) => Promise<R[]>;

/**
 * Calls `onRow` for each row while the next ones are still on their way, so that the server's work and the decoding
 * overlap: a quarter faster than decoding afterwards. Nobody keeps the rows.
 */
export type StreamRows = <R extends (string | null)[]>(
  statement: Statement,
  onRow: (row: R) => void,
) => Promise<void>;

/** How much longer than the server's own limit we wait. */
const GRACE_MS = 2000;

/** The connections that read. */
export class Readers {
  readonly #pool: pg.Pool;
  readonly #limitMs: number;
  #closed = false;

  constructor(settings: SessionSettings, size: number) {
    this.#limitMs = settings.transactionTimeoutMs + GRACE_MS;
    this.#pool = new pg.Pool({
      ...clientConfig(settings),
      max: size,
      idleTimeoutMillis: 60_000,
      onConnect: (client) => {
        // While a client is in use the pool does not listen, and an `error` event nobody hears ends the process.
        client.on('error', () => undefined);
        // The pool waits for the promise, whatever the declaration says.
        return prepareSession(client, settings) as unknown as undefined;
      },
    });
    // An idle connection that ends is replaced when it is needed.
    this.#pool.on('error', () => undefined);
  }

  readonly query: Query = <R extends (string | null)[]>(statement: Statement): Promise<R[]> =>
    this.#read(async (client) => (await client.query<R>(asArrays(statement))).rows);

  readonly stream: StreamRows = <R extends (string | null)[]>(
    statement: Statement,
    onRow: (row: R) => void,
  ): Promise<void> => this.#read((client) => streamRows(client, statement, onRow));

  /** A server that has gone without a word must not hold its readers for ever. */
  async #read<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    try {
      return await this.withClient((client) => within(this.#limitMs, work(client)));
    } catch (error) {
      throw asRefusal(error);
    }
  }

  /** For statements that need one connection, or a transaction. */
  async withClient<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreUnavailableError('this store has been closed');
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw asRefusal(error);
    });
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      // Whatever state it is in: closed, and not handed to anybody else.
      client.release(true);
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#pool.end();
  }
}

function asArrays(statement: Statement): pg.QueryArrayConfig {
  return { name: statement.name, text: statement.text, values: [...statement.values], rowMode: 'array' };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function streamRows<R extends (string | null)[]>(
  client: pg.ClientBase,
  statement: Statement,
  onRow: (row: R) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query<R>(asArrays(statement));
    let failure: unknown;
    query.on('row', (row) => {
      if (failure !== undefined) return;
      try {
        onRow(row);
      } catch (error) {
        // Thrown here it would be an uncaught exception of the socket.
        failure = error ?? new Error('a row could not be read');
      }
    });
    query.on('error', reject);
    query.on('end', () => (failure === undefined ? resolve() : reject(failure as Error)));
    client.query(query);
  });
}
