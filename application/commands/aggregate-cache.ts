import { type Position } from '../ports/event-store/position.ts';
import { type StreamName } from '../ports/event-store/stream-name.ts';

/** A folded stream: its state, and how far it was read. */
export interface Folded<S> {
  readonly state: S;
  /** Of the last event; null for a stream without events. */
  readonly revision: number | null;
  /** Of the last event; null for a stream without events. */
  readonly position: Position | null;
}

/**
 * Folded states by stream, the longest unused dropped first. Never the truth: another process may have written since,
 * so a refusal is checked against the stream before it is given.
 */
export class AggregateCache<S> {
  readonly #entries = new Map<StreamName, Folded<S>>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(stream: StreamName): Folded<S> | undefined {
    const found = this.#entries.get(stream);
    if (found !== undefined) {
      this.#entries.delete(stream);
      this.#entries.set(stream, found);
    }
    return found;
  }

  set(stream: StreamName, folded: Folded<S>): void {
    this.#entries.delete(stream);
    this.#entries.set(stream, folded);
    if (this.#entries.size > this.#capacity) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
  }

  delete(stream: StreamName): void {
    this.#entries.delete(stream);
  }
}
