import { type EventStore } from '../../application/ports/event-store/event-store.ts';
import { domainCategories } from '../../application/ports/event-store/categories.ts';
import { type Position } from '../../application/ports/event-store/position.ts';
import { type IncomingEvent, toIncoming } from './projected-event.ts';

/** What was received since the last taking: everything up to `position`. */
export interface Batch {
  readonly events: readonly IncomingEvent[];
  readonly position: Position;
  /** The head of the log has been reached, and nothing that was received since is left. */
  readonly caughtUp: boolean;
  /** When the oldest event of it came in (monotonic milliseconds). */
  readonly receivedAt: number;
}

const MESSAGE_SIZE = 2_000;

/**
 * Reads ahead of the applying side, up to a bound, so that reading, folding and writing overlap: one event at a time is
 * applied at once, and a backlog in large batches.
 */
export class Inbox {
  readonly #limit: number;
  readonly #stop = new AbortController();
  #events: IncomingEvent[] = [];
  #position: Position | null = null;
  #caughtUp = false;
  #receivedAt = 0;
  #failure: { readonly error: unknown } | null = null;
  #wakeReader: (() => void) | null = null;
  #wakeTaker: (() => void) | null = null;

  constructor(store: EventStore, from: Position | 'start', limit: number, onDrop?: (error: unknown) => void) {
    this.#limit = limit;
    void this.#read(store, from, onDrop);
  }

  /** Events received and not yet taken. */
  get waiting(): number {
    return this.#events.length;
  }

  /** When the oldest of them came in (monotonic milliseconds). */
  get receivedAt(): number {
    return this.#receivedAt;
  }

  /** Waits until something came in; null after `close`. Throws what ended the subscription. */
  async take(limit: number): Promise<Batch | null> {
    while (this.#position === null) {
      if (this.#stop.signal.aborted) return null;
      if (this.#failure !== null) throw this.#failure.error;
      await new Promise<void>((resolve) => (this.#wakeTaker = resolve));
    }
    return this.#stop.signal.aborted ? null : this.#cut(this.#position, limit);
  }

  /** Waits until events came in, at most so long. */
  async quiet(ms: number): Promise<void> {
    if (this.#events.length > 0 || this.#stop.signal.aborted || this.#failure !== null) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
      this.#wakeTaker = resolve;
    });
    clearTimeout(timer);
  }

  close(): void {
    this.#stop.abort();
    this.#wake();
  }

  #cut(position: Position, limit: number): Batch {
    const isAll = this.#events.length <= limit;
    const events = isAll ? this.#events : this.#events.slice(0, limit);
    this.#events = isAll ? [] : this.#events.slice(limit);
    const batch = {
      events,
      position: isAll ? position : (events.at(-1)?.place.position ?? position),
      caughtUp: isAll && this.#caughtUp,
      receivedAt: this.#receivedAt,
    };
    if (isAll) this.#position = null;
    this.#wakeReader?.();
    return batch;
  }

  async #read(store: EventStore, from: Position | 'start', onDrop?: (error: unknown) => void): Promise<void> {
    try {
      const messages = store.subscribe({
        categories: domainCategories,
        from,
        signal: this.#stop.signal,
        batchSize: MESSAGE_SIZE,
        onDrop: (error) => onDrop?.(error),
      });
      for await (const message of messages) {
        if (this.#position === null) this.#receivedAt = performance.now();
        if (message.type === 'caught-up') this.#caughtUp = true;
        if (message.type === 'events') this.#keep(message.events.map(toIncoming));
        this.#position = message.position;
        this.#wakeTaker?.();
        while (this.#events.length >= this.#limit && !this.#stop.signal.aborted) {
          await new Promise<void>((resolve) => (this.#wakeReader = resolve));
        }
      }
      if (!this.#stop.signal.aborted) this.#failure = { error: new Error('the subscription ended') };
    } catch (error) {
      this.#failure = { error };
    }
    this.#wake();
  }

  #keep(events: readonly (IncomingEvent | null)[]): void {
    for (const event of events) if (event !== null) this.#events.push(event);
  }

  #wake(): void {
    this.#wakeReader?.();
    this.#wakeTaker?.();
  }
}
