import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from '../../application/ports/event-store/errors.ts';
import {
  type SubscribeOptions,
  type SubscriptionMessage,
} from '../../application/ports/event-store/event-store.ts';
import { type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { type Position } from '../../application/ports/event-store/position.ts';
import { type AppendSignals } from './append-signals.ts';
import { isFinal } from './failures.ts';
import { readLogPage, type LogPage } from './log-page.ts';
import { PageSize } from './page-size.ts';
import { commitOf } from './read-all.ts';
import { type ReadingContext } from './reading-context.ts';
import { selectionOf, type Selection } from './selection.ts';

const DEFAULT_BATCH = 500;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 5000;
/** While events trickle in they are read this often: a page costs as much for one event as for thirty. */
const BETWEEN_PAGES_MS = 15;

/** A page, and what there was to hear when it was asked for. */
interface Fetched {
  readonly page: LogPage;
  readonly news: number;
}

type Messages = AsyncGenerator<SubscriptionMessage, void, undefined>;

export function follow(
  context: ReadingContext,
  options: SubscribeOptions,
  signals: AppendSignals,
  closed: AbortSignal,
): Messages {
  return new Subscription(context, options, signals, closed).messages();
}

/**
 * Follows one log. What was read stays good over a drop (history does not change), so a drop costs a pause and a new
 * caught-up mark, and neither loses nor repeats an event.
 */
class Subscription {
  readonly #context: ReadingContext;
  readonly #options: SubscribeOptions;
  readonly #signals: AppendSignals;
  readonly #closed: AbortSignal;
  readonly #selection: Selection;
  readonly #size = new PageSize();
  /** Everything up to here was given, or did not match. */
  #scanned: bigint;
  /** The position of the last message. */
  #told: bigint;
  #caughtUp = false;
  #dropsSeen: number;
  #retryMs = FIRST_RETRY_MS;
  #fetchedAt = -Infinity;

  constructor(
    context: ReadingContext,
    options: SubscribeOptions,
    signals: AppendSignals,
    closed: AbortSignal,
  ) {
    this.#context = context;
    this.#options = options;
    this.#signals = signals;
    this.#closed = closed;
    this.#selection = selectionOf(options.categories);
    this.#scanned = options.from === 'start' ? 0n : commitOf(options.from, context.storeId);
    this.#told = this.#scanned;
    this.#dropsSeen = signals.drops;
  }

  async *messages(): Messages {
    const { signal } = this.#options;
    this.#signals.listen();
    const leaving = AbortSignal.any([signal, this.#closed]);
    let ahead: Promise<Fetched> | null = null;
    while (!signal.aborted) {
      this.#requireOpen();
      if (this.#signals.drops !== this.#dropsSeen) await this.#recover(this.#signals.lastDrop);
      let fetched: Fetched;
      try {
        fetched = await unlessAborted(ahead ?? this.#fetch(), leaving);
      } catch (error) {
        if (isFinal(error)) throw error;
        if (!leaving.aborted) await this.#recover(error);
        continue;
      } finally {
        ahead = null;
      }
      const { page, news } = fetched;
      this.#retryMs = FIRST_RETRY_MS;
      this.#scanned = page.scanned;
      if (!page.complete) ahead = this.#fetchAhead();
      yield* this.#tell(page);
      if (!page.complete || signal.aborted) continue;
      const { log } = this.#selection;
      await this.#signals.wait({ log, news, drops: this.#dropsSeen, position: page.scanned }, signal);
      await this.#gather();
    }
  }

  /** Whatever comes after a silence is read at once. */
  async #gather(): Promise<void> {
    const { signal } = this.#options;
    const rest = this.#fetchedAt + BETWEEN_PAGES_MS - performance.now();
    if (rest < 1 || signal.aborted) return;
    await sleep(rest, undefined, { signal: AbortSignal.any([signal, this.#closed]) }).catch(() => undefined);
  }

  *#tell(page: LogPage): Generator<SubscriptionMessage, void, undefined> {
    const { signal, batchSize = DEFAULT_BATCH } = this.#options;
    for (let at = 0; at < page.events.length && !signal.aborted; at += batchSize) {
      const [first, ...rest] = page.events.slice(at, at + batchSize);
      if (first === undefined) return;
      const events: [RecordedEvent, ...RecordedEvent[]] = [first, ...rest];
      const position = (rest.at(-1) ?? first).position;
      this.#told = position.commit;
      yield { type: 'events', events, position };
    }
    if (signal.aborted) return;
    const position = this.#positionAt(page.scanned);
    if (page.complete && !this.#caughtUp) {
      this.#caughtUp = true;
      this.#told = page.scanned;
      yield { type: 'caught-up', position };
    } else if (page.scanned > this.#told && (page.complete || page.events.length === 0)) {
      this.#told = page.scanned;
      yield { type: 'checkpoint', position };
    }
  }

  async #fetch(): Promise<Fetched> {
    this.#fetchedAt = performance.now();
    const news = this.#signals.newsOf(this.#selection.log);
    const rows = this.#size.rows;
    const page = await readLogPage(this.#context, this.#selection, 'forwards', this.#scanned, rows);
    this.#size.learn(page.events.length, page.bytes);
    return { page, news };
  }

  /** The next page travels while the consumer works on this one. */
  #fetchAhead(): Promise<Fetched> {
    const fetched = this.#fetch();
    fetched.catch(() => undefined);
    return fetched;
  }

  async #recover(error: unknown): Promise<void> {
    this.#requireOpen();
    const { signal, onDrop } = this.#options;
    const retryMs = this.#retryMs;
    this.#retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
    this.#caughtUp = false;
    onDrop?.(error, retryMs);
    await sleep(retryMs, undefined, { signal: AbortSignal.any([signal, this.#closed]) }).catch(
      () => undefined,
    );
    // Drops of the meantime are the same drop.
    this.#dropsSeen = this.#signals.drops;
  }

  #requireOpen(): void {
    // A normal end would look like a cancellation, and nobody asked for one.
    if (this.#closed.aborted) throw new StoreUnavailableError('the store was closed under a subscription');
  }

  #positionAt(commit: bigint): Position {
    return { storeId: this.#context.storeId, commit, prepare: commit };
  }
}

/** Whoever cancels does not wait for a server that may not answer. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new Error('the subscription was left'));
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
