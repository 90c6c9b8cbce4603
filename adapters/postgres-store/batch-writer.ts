import { type Log } from '../../application/ports/event-store/categories.ts';
import { type PreparedAppend } from '../../application/ports/event-store/prepared-append.ts';
import { type AnswerRow } from './answers.ts';
import { asRefusal } from './failures.ts';
import { openSession, type Session, type SessionSettings } from './session.ts';
import { batchParameters } from './wire.ts';

/**
 * - `answered`: one row per append.
 * - `refused`: the server rejected the batch as a whole; nothing of it was written.
 * - `unreachable`: it was never sent.
 * - `lost`: it was sent, and the connection ended before an answer: written or not.
 */
export type Sending =
  | { readonly kind: 'answered'; readonly rows: readonly AnswerRow[] }
  | { readonly kind: 'refused' | 'unreachable'; readonly error: Error }
  | { readonly kind: 'lost'; readonly error: unknown };

const DOMAIN = {
  name: 'append_batch',
  text: 'SELECT fate, revision, position FROM event_store.append_batch($1, $2, $3, $4, $5, $6, $7, $8)',
};
const TRANSIENT = {
  name: 'append_transient',
  text: `SELECT fate, revision, position
         FROM event_store.append_transient($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
};

/** How much longer than the server's own limit we wait for a server that has gone without a word. */
const GRACE_MS = 2000;

/** Sends batches of one log over one connection of its own, one at a time, and connects again when it was lost. */
export class BatchWriter {
  readonly #log: Log;
  readonly #settings: SessionSettings;
  readonly #now: (() => Date) | undefined;
  #session: Session | null = null;

  constructor(log: Log, settings: SessionSettings, now: (() => Date) | undefined) {
    this.#log = log;
    this.#settings = settings;
    this.#now = now;
  }

  get connected(): boolean {
    return this.#session !== null && !this.#session.ended.aborted;
  }

  /** `onSent` is called when from now on the batch may arrive. */
  async send(appends: readonly PreparedAppend[], onSent: () => void): Promise<Sending> {
    let session: Session;
    try {
      session = await this.#connected();
    } catch (error) {
      return { kind: 'unreachable', error: asRefusal(error) };
    }
    onSent();
    const watchdog = setTimeout(() => session.abandon(), this.#settings.transactionTimeoutMs + GRACE_MS);
    try {
      const { rows } = await session.client.query<[string, string, string | null]>({
        ...this.#statement(appends),
        rowMode: 'array',
      });
      return { kind: 'answered', rows };
    } catch (error) {
      return await this.#failed(session, error);
    } finally {
      clearTimeout(watchdog);
    }
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.client.end();
  }

  #statement(appends: readonly PreparedAppend[]): { name: string; text: string; values: unknown[] } {
    const parameters = batchParameters(appends);
    if (this.#log === 'domain') return { ...DOMAIN, values: [...parameters] };
    const at = this.#now?.().toISOString() ?? null;
    return { ...TRANSIENT, values: [this.#log, at, ...parameters] };
  }

  async #connected(): Promise<Session> {
    if (this.#session !== null && this.connected) return this.#session;
    this.#session = await openSession(this.#settings);
    return this.#session;
  }

  /**
   * An error is an answer only if the connection survived it. What ends the connection (a terminated backend, the
   * transaction's time limit) may have come after the commit.
   */
  async #failed(session: Session, error: unknown): Promise<Sending> {
    try {
      await session.client.query('SELECT');
      return { kind: 'refused', error: asRefusal(error) };
    } catch {
      session.abandon();
      if (this.#session === session) this.#session = null;
      return { kind: 'lost', error };
    }
  }
}
