import { setMaxListeners } from 'node:events';
import { type Log } from '../../application/ports/event-store/categories.ts';
import { StoreUnavailableError } from '../../application/ports/event-store/errors.ts';
import {
  type AppendOptions,
  type AppendResult,
  type EventStore,
  type ExpireOptions,
  type ReadAllOptions,
  type ReadStreamOptions,
  type SubscribeOptions,
  type SubscriptionMessage,
} from '../../application/ports/event-store/event-store.ts';
import { type NewEvent, type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { type Position } from '../../application/ports/event-store/position.ts';
import { prepareAppend, type PreparedAppend } from '../../application/ports/event-store/prepared-append.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { FaultSource, type Faults } from './faults.ts';
import { losing } from './losing.ts';
import { MemoryLog } from './memory-log.ts';
import { readAllPages, readStreamPages } from './reading.ts';
import { follow, type Drops } from './subscription.ts';
import { answerWithin, realSleep, type Sleep } from './waiting.ts';

export interface MemoryStoreOptions {
  /** Milliseconds since 1970: the store's clock, which stamps events and lets them expire. */
  readonly now?: () => number;
  /** An existing history: a second client of the same store. Its own clock stays in force. */
  readonly log?: MemoryLog;
  readonly faults?: Faults;
  readonly sleep?: Sleep;
}

/** Events in memory, gone with the process. For tests and the simulator; settings refuse it in production. */
export class MemoryStore implements EventStore {
  readonly log: MemoryLog;
  readonly storeId: string;
  readonly #sleep: Sleep;
  readonly #closing = new AbortController();
  readonly #drops: Drops = { count: 0, wake: new Set() };
  #faults: FaultSource;

  constructor(options: MemoryStoreOptions = {}) {
    this.log = options.log ?? new MemoryLog(options.now ?? Date.now);
    this.storeId = this.log.storeId;
    this.#sleep = options.sleep ?? realSleep;
    this.#faults = new FaultSource(options.faults ?? null);
    // Every waiting subscription listens here, however many there are.
    setMaxListeners(0, this.#closing.signal);
  }

  /** From now on these faults (null: none): an outage begins and ends while the program runs. */
  setFaults(faults: Faults | null): void {
    this.#faults = new FaultSource(faults);
  }

  /** Every running subscription loses its connection once. */
  dropSubscriptions(): void {
    this.#drops.count += 1;
    for (const wake of [...this.#drops.wake]) wake();
  }

  async append(
    stream: StreamName,
    events: readonly NewEvent[],
    options: AppendOptions,
  ): Promise<AppendResult> {
    this.#requireOpen();
    const append = prepareAppend(stream, events, options.expected);
    options.signal?.throwIfAborted();
    return answerWithin(this.#perform(append), options.timeoutMs ?? 5000, options.signal);
  }

  readStream(stream: StreamName, options: ReadStreamOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    return readStreamPages(this.log, stream, options, () => this.#admit());
  }

  readAll(options: ReadAllOptions): AsyncIterable<readonly RecordedEvent[]> {
    return readAllPages(this.log, options, () => this.#admit());
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionMessage> {
    return follow(this.log, options, {
      drops: this.#drops,
      closed: this.#closing.signal,
      sleep: this.#sleep,
      dropsNow: () => this.#faults.dropsSubscription(),
    });
  }

  async head(log: Log): Promise<Position> {
    await this.#admit();
    return this.log.head(log);
  }

  async retain(stream: StreamName, maxAgeS: number): Promise<void> {
    await this.#admit();
    this.log.retain(stream, maxAgeS);
  }

  async expire({ isStillNeeded }: ExpireOptions = {}): Promise<number> {
    await this.#admit();
    const kept = new Set<StreamName>();
    for (const [stream, lastRevision] of this.log.expiring()) {
      if ((await isStillNeeded?.(stream, lastRevision)) === true) kept.add(stream);
    }
    return this.log.expire(kept);
  }

  async ping(): Promise<number> {
    const began = performance.now();
    await this.#admit();
    return performance.now() - began;
  }

  close(): Promise<void> {
    this.#closing.abort();
    return Promise.resolve();
  }

  /** Without faults the write happens before the first `await`: appends are written in the order of the calls. */
  async #perform(append: PreparedAppend): Promise<AppendResult> {
    const fate = this.#faults.append();
    if (fate.delayBeforeMs > 0) await this.#sleep(fate.delayBeforeMs);
    const result = losing(this.log, append, fate);
    if (fate.delayAfterMs > 0) await this.#sleep(fate.delayAfterMs);
    return result();
  }

  /** What every call goes through before it is answered: is the store open, reachable, quick? */
  async #admit(): Promise<void> {
    this.#requireOpen();
    const { unavailable, delayMs } = this.#faults.call();
    if (delayMs > 0) await this.#sleep(delayMs);
    if (unavailable) throw new StoreUnavailableError('the memory store is unavailable (injected fault)');
  }

  #requireOpen(): void {
    if (this.#closing.signal.aborted) throw new StoreUnavailableError('this store has been closed');
  }
}

/** A new store, or (with `log`) one more client of an existing one. */
export function openMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  return new MemoryStore(options);
}
