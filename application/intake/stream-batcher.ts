import { type Instant } from '../../domain/time/instant.ts';
import {
  OutcomeUnknownError,
  StoreUnavailableError,
  WrongExpectedRevisionError,
} from '../ports/event-store/errors.ts';
import { type EventStore } from '../ports/event-store/event-store.ts';
import { type NewEvent } from '../ports/event-store/events.ts';
import { type StreamName } from '../ports/event-store/stream-name.ts';

export interface BatchLimits {
  readonly maxFrames: number;
  readonly maxBytes: number;
  /** Appends of one stream under way at the same time. */
  readonly inFlight: number;
  /** A frame that is not answered after this long is given up. */
  readonly patienceMs: number;
}

interface Waiting {
  readonly event: NewEvent;
  readonly bytes: number;
  readonly receivedAt: Instant;
  readonly deadline: number;
  /** Answers the caller; a second answer changes nothing. */
  settle(error: Error | null): void;
}

/**
 * Group commit for one stream: the frames that arrive while an append is under way form the next one. The store
 * answers one append of many events far quicker than many appends.
 */
export class StreamBatcher {
  readonly #stream: StreamName;
  readonly #store: EventStore;
  readonly #limits: BatchLimits;
  readonly #waiting = new Set<Waiting>();
  #queue: Waiting[] = [];
  #underWay = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(stream: StreamName, store: EventStore, limits: BatchLimits) {
    this.#stream = stream;
    this.#store = store;
    this.#limits = limits;
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
  add(event: NewEvent, bytes: number, receivedAt: Instant): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        event,
        bytes,
        receivedAt,
        deadline: performance.now() + this.#limits.patienceMs,
        settle: (error) => {
          this.#waiting.delete(waiting);
          if (error === null) resolve();
          else reject(error);
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

  /** Never rejects. An unknown outcome is repeated as the same batch with the same ids (a second copy is harmless). */
  async #append(batch: readonly Waiting[]): Promise<void> {
    if (batch.length === 0) return;
    const deadline = Math.max(...batch.map((one) => one.deadline));
    for (let attempt = 0; ; attempt += 1) {
      try {
        const timeoutMs = Math.max(1, Math.ceil(deadline - performance.now()));
        const events = batch.map((one) => one.event);
        await this.#store.append(this.#stream, events, { expected: 'any', timeoutMs });
        for (const one of batch) one.settle(null);
        return;
      } catch (error) {
        if (!isPassing(error)) return this.#appendEach(batch, error);
        const pauseMs = Math.min(200, 10 * 2 ** attempt);
        if (performance.now() + pauseMs >= deadline) {
          for (const one of batch) one.settle(unanswered(error));
          return;
        }
        await sleep(pauseMs);
      }
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
    this.#timer = setTimeout(() => this.#giveUp(), Math.max(1, first.deadline - performance.now()));
  }

  #giveUp(): void {
    this.#timer = null;
    const now = performance.now();
    for (const one of [...this.#waiting]) {
      if (one.deadline > now) break;
      one.settle(unanswered(undefined));
    }
    // What is in an append already stays there: it may be stored, and then it is evidence that nobody was told of.
    this.#queue = this.#queue.filter((one) => this.#waiting.has(one));
    this.#watch();
  }
}

/** Trying again may help. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof OutcomeUnknownError ||
    error instanceof StoreUnavailableError ||
    error instanceof WrongExpectedRevisionError
  );
}

function unanswered(cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError('the event store did not take the frame in time', { cause });
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
