import { type Instant } from '../../domain/time/instant.ts';
import { OutcomeUnknownError, StoreUnavailableError } from '../ports/event-store/errors.ts';
import { type EventStore } from '../ports/event-store/event-store.ts';
import { type NewEvent } from '../ports/event-store/events.ts';
import { type StreamName } from '../ports/event-store/stream-name.ts';
import { isPassing, isRefusal } from './append-failures.ts';
import { type Shelter } from './shelter.ts';

export interface BatchLimits {
  readonly maxFrames: number;
  readonly maxBytes: number;
  /** Appends of one stream under way at the same time. */
  readonly inFlight: number;
  /** A frame that the store has not taken after this long goes to the spool; without one it is given up. */
  readonly patienceMs: number;
}

/** Where a frame is safe. */
export type KeptIn = 'store' | 'spool';

interface Waiting {
  readonly event: NewEvent;
  readonly bytes: number;
  readonly receivedAt: Instant;
  readonly deadline: number;
  /** Answers the caller; a second answer changes nothing. */
  settle(outcome: KeptIn | Error): void;
}

/**
 * Group commit for one stream: the frames that arrive while an append is under way form the next one. The store
 * answers one append of many events far quicker than many appends.
 */
export class StreamBatcher {
  readonly #stream: StreamName;
  readonly #store: EventStore;
  readonly #limits: BatchLimits;
  readonly #shelter: Shelter | null;
  readonly #waiting = new Set<Waiting>();
  #queue: Waiting[] = [];
  #underWay = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(stream: StreamName, store: EventStore, limits: BatchLimits, shelter: Shelter | null = null) {
    this.#stream = stream;
    this.#store = store;
    this.#limits = limits;
    this.#shelter = shelter;
  }

  get isIdle(): boolean {
    return this.#waiting.size === 0 && this.#underWay === 0;
  }

  /** When the frame that waits longest was received; null when none waits. */
  get oldest(): Instant | null {
    const [first] = this.#waiting;
    return first?.receivedAt ?? null;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Resolves once the frame is durable. */
  add(event: NewEvent, bytes: number, receivedAt: Instant): Promise<KeptIn> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        event,
        bytes,
        receivedAt,
        deadline: performance.now() + this.#limits.patienceMs,
        settle: (outcome) => {
          this.#waiting.delete(waiting);
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        },
      };
      this.#waiting.add(waiting);
      this.#queue.push(waiting);
      this.#watch();
      if (this.#underWay < this.#limits.inFlight) void this.#drain();
    });
  }

  /**
   * Senders that wait for their answers come back together: each append waits for the turn in which they do, or they
   * would part into groups that wait for each other's appends.
   */
  async #drain(): Promise<void> {
    this.#underWay += 1;
    while (this.#queue.length > 0) {
      await allArrived();
      await this.#append(this.#take());
    }
    this.#underWay -= 1;
  }

  #take(): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { bytes: size } of this.#queue) {
      if (count > 0 && (count === this.#limits.maxFrames || bytes + size > this.#limits.maxBytes)) break;
      bytes += size;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  /**
   * Never rejects. An unknown outcome is repeated as the same batch with the same ids (a second copy is harmless); when
   * the first of its frames has waited long enough, the batch goes to the spool as it is.
   */
  async #append(batch: readonly Waiting[]): Promise<void> {
    if (batch.length === 0) return;
    const shelter = this.#shelter;
    if (shelter !== null && this.#isStoreAway) return this.#shelterOf(batch, shelter);
    const deadlines = batch.map((one) => one.deadline);
    const deadline = shelter === null ? Math.max(...deadlines) : Math.min(...deadlines);
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.#send(batch, deadline);
        for (const one of batch) one.settle('store');
        return;
      } catch (error) {
        if (isRefusal(error) || (shelter === null && !isPassing(error)))
          return this.#appendEach(batch, error);
        const pauseMs = Math.min(200, 10 * 2 ** attempt);
        if (performance.now() + pauseMs >= deadline || this.#isStoreAway) {
          if (shelter !== null) return this.#shelterOf(batch, shelter);
          for (const one of batch) one.settle(unanswered(error));
          return;
        }
        await sleep(pauseMs);
      }
    }
  }

  /** It is known, since others did not get through. */
  get #isStoreAway(): boolean {
    return this.#shelter?.isStoreAway === true;
  }

  /** Where there is a spool, it fails at the deadline whatever the store does. */
  async #send(batch: readonly Waiting[], deadline: number): Promise<void> {
    const timeoutMs = Math.max(1, Math.ceil(deadline - performance.now()));
    const events = batch.map((one) => one.event);
    const appended = this.#store.append(this.#stream, events, { expected: 'any', timeoutMs });
    if (this.#shelter === null) await appended;
    else await within(timeoutMs, appended);
  }

  async #shelterOf(batch: readonly Waiting[], shelter: Shelter): Promise<void> {
    const events = batch.map((one) => one.event);
    const receivedAt = batch.map((one) => one.receivedAt).reduce((a, b) => (b < a ? b : a));
    try {
      await shelter.take({ stream: this.#stream, events, receivedAt });
      for (const one of batch) one.settle('spool');
    } catch (error) {
      for (const one of batch) one.settle(unanswered(error));
    }
  }

  /** One frame that no store takes must not take the others of its batch with it. */
  async #appendEach(batch: readonly Waiting[], error: unknown): Promise<void> {
    const [first, ...others] = batch;
    if (others.length === 0) first?.settle(error instanceof Error ? error : unanswered(error));
    else for (const one of batch) await this.#append([one]);
  }

  /** One timer for all that wait: their deadlines are in the order of their arrival. */
  #watch(): void {
    if (this.#timer !== null) return;
    const [first] = this.#waiting;
    if (first === undefined) return;
    const giveUpAt = first.deadline + this.#extraMs;
    this.#timer = setTimeout(() => this.#giveUp(), Math.max(1, giveUpAt - performance.now()));
  }

  /** Where there is a spool, the disk has as long again: twice the patience is still below what senders wait. */
  get #extraMs(): number {
    return this.#shelter === null ? 0 : this.#limits.patienceMs;
  }

  #giveUp(): void {
    this.#timer = null;
    const now = performance.now();
    for (const one of [...this.#waiting]) {
      if (one.deadline + this.#extraMs > now) break;
      one.settle(unanswered(undefined));
    }
    // What is in an append already stays there: it may be stored, and then it is evidence that nobody was told of.
    this.#queue = this.#queue.filter((one) => this.#waiting.has(one));
    this.#watch();
  }
}

function unanswered(cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError('neither the event store nor the spool took the frame in time', { cause });
}

function allArrived(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new OutcomeUnknownError('no answer in time')), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
