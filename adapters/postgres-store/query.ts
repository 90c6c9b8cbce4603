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

/** The connections that read. */
export class Readers {
  readonly #pool: pg.Pool;
  #closed = false;

  constructor(settings: SessionSettings, size: number) {
    this.#pool = new pg.Pool({
      ...clientConfig(settings),
      max: size,
      idleTimeoutMillis: 60_000,
      // The pool waits for the promise, whatever the declaration says.
      onConnect: (client) => prepareSession(client, settings) as unknown as undefined,
    });
    // An idle connection that ends is replaced when it is needed.
    this.#pool.on('error', () => undefined);
  }

  readonly query: Query = async <R extends (string | null)[]>(statement: Statement): Promise<R[]> => {
    if (this.#closed) throw new StoreUnavailableError('this store has been closed');
    try {
      const { rows } = await this.#pool.query<R>({
        name: statement.name,
        text: statement.text,
        values: [...statement.values],
        rowMode: 'array',
      });
      return rows;
    } catch (error) {
      throw asRefusal(error);
    }
  };

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
      // Whatever state it is in: not handed to anybody else.
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
