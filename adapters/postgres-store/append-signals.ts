import { setTimeout as sleep } from 'node:timers/promises';
import { type Log } from '../../application/ports/event-store/categories.ts';
import { openSession, type Session, type SessionSettings } from './session.ts';

const LOGS: readonly Log[] = ['domain', 'frames', 'refusals', 'access'];
const RETRY_MS = 50;
const LONGEST_RETRY_MS = 2000;

/** While notifications work they come within milliseconds; looking by ourselves is for one that was lost. */
const BACKSTOP_MS = 250;
const BACKSTOP_WITHOUT_LISTENER_MS = 20;

/** What a subscriber has seen so far; anything beyond ends its wait. */
export interface Seen {
  readonly log: Log;
  /** `newsOf` and `drops`, taken before its last page was asked for. */
  readonly news: number;
  readonly drops: number;
  /** Up to where its last page reached. */
  readonly position: bigint;
}

interface Waiter {
  readonly seen: Seen;
  /** Looks whether the wait is over. */
  readonly check: (head?: bigint) => void;
}

/**
 * Tells subscribers that their log has grown: by NOTIFY, which is only a hint (pitfall a8), and by looking at the heads
 * while somebody waits. One connection listens and one timer looks, however many subscriptions there are.
 */
export class AppendSignals {
  readonly #settings: SessionSettings;
  readonly #headOf: (log: Log) => Promise<bigint>;
  readonly #waiters = new Set<Waiter>();
  readonly #news = new Map<Log, number>();
  #listener: Session | null = null;
  #listening: Promise<void> | null = null;
  #watching = false;
  #drops = 0;
  #lastDrop: unknown = null;
  #closed = false;

  constructor(settings: SessionSettings, headOf: (log: Log) => Promise<bigint>) {
    this.#settings = settings;
    this.#headOf = headOf;
  }

  /** Changes with every append that we hear of. Taken before a page is read, it shows what came during the reading. */
  newsOf(log: Log): number {
    return this.#news.get(log) ?? 0;
  }

  /** How often the listening connection was lost. */
  get drops(): number {
    return this.#drops;
  }

  get lastDrop(): unknown {
    return this.#lastDrop;
  }

  /** Called by each subscription as it begins. The first one opens the listening connection, and it stays open. */
  listen(): void {
    if (this.#closed) return;
    this.#listening ??= this.#keepListening();
  }

  /** Until there is more than was seen, the listening connection is lost, or the signal aborts. */
  async wait(seen: Seen, signal: AbortSignal): Promise<void> {
    const over = (head: bigint): boolean =>
      head > seen.position ||
      this.newsOf(seen.log) !== seen.news ||
      this.#drops !== seen.drops ||
      signal.aborted ||
      this.#closed;
    if (over(0n)) return;
    await new Promise<void>((resolve) => {
      const onAbort = (): void => waiter.check();
      const waiter: Waiter = {
        seen,
        check: (head = 0n) => {
          if (!over(head)) return;
          this.#waiters.delete(waiter);
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      this.#waiters.add(waiter);
      signal.addEventListener('abort', onAbort);
      void this.#watch();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#checkAll();
    await this.#listener?.client.end().catch(() => undefined);
  }

  async #keepListening(): Promise<void> {
    let retryMs = RETRY_MS;
    while (!this.#closed) {
      try {
        const session = await this.#openListener();
        retryMs = RETRY_MS;
        await ended(session.ended);
        this.#listener = null;
        if (!this.#closed) this.#dropped(new Error('the listening connection was lost'));
      } catch {
        // Reads fail as well then, and say so; meanwhile the backstop looks.
        await sleep(retryMs, undefined, { ref: false });
        retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
      }
    }
  }

  async #openListener(): Promise<Session> {
    const session = await openSession(this.#settings);
    session.client.on('notification', ({ channel }) => {
      const log = LOGS.find((one) => channel === `event_store_${one}`);
      if (log !== undefined) this.#heard(log);
    });
    await session.client.query(LOGS.map((log) => `LISTEN event_store_${log}`).join('; '));
    this.#listener = session;
    if (this.#closed) await session.client.end();
    // What was appended while nobody listened.
    for (const log of LOGS) this.#heard(log);
    return session;
  }

  #heard(log: Log): void {
    this.#news.set(log, this.newsOf(log) + 1);
    this.#checkAll();
  }

  #dropped(error: unknown): void {
    this.#drops += 1;
    this.#lastDrop = error;
    this.#checkAll();
  }

  #checkAll(): void {
    for (const waiter of [...this.#waiters]) waiter.check();
  }

  /** The backstop: runs only while somebody waits. */
  async #watch(): Promise<void> {
    if (this.#watching) return;
    this.#watching = true;
    while (this.#waiters.size > 0 && !this.#closed) {
      await sleep(this.#listener === null ? BACKSTOP_WITHOUT_LISTENER_MS : BACKSTOP_MS);
      for (const log of new Set([...this.#waiters].map(({ seen }) => seen.log))) await this.#look(log);
    }
    this.#watching = false;
  }

  async #look(log: Log): Promise<void> {
    try {
      const head = await this.#headOf(log);
      for (const waiter of [...this.#waiters]) if (waiter.seen.log === log) waiter.check(head);
    } catch (error) {
      if (this.#closed) return;
      this.#dropped(error);
      await sleep(BACKSTOP_MS);
    }
  }
}

function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
