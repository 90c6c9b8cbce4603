import {
  domainCategories,
  transientCategories,
  type Category,
  type Log,
} from '../../application/ports/event-store/categories.ts';
import { type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { type Position } from '../../application/ports/event-store/position.ts';
import { type RawPosition } from './append-answer.ts';
import { readAllRequest } from './read-request.ts';
import { type Reader } from './reader.ts';

/** The server says nothing while it looks through what does not match. */
export const SCAN_STALL_MS = 120_000;

/** The end of the history, and what is there behind a position: from these come heads and marks. */
export class Tail {
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** The last event of a log; a position before all events when there is none. */
  async head(log: Log): Promise<Position> {
    const categories = log === 'domain' ? domainCategories : [log];
    const last = await this.#one(categories, 'end', 'backwards');
    return last?.position ?? this.position({ commit: 0n, prepare: 0n });
  }

  /** The last event of any category: what lies behind it is not written yet. */
  async end(signal?: AbortSignal): Promise<Position | null> {
    const last = await this.#one([...domainCategories, ...transientCategories], 'end', 'backwards', signal);
    return last?.position ?? null;
  }

  /** The first event of the categories behind a position, or null. */
  next(categories: readonly Category[], from: Position, signal?: AbortSignal): Promise<RecordedEvent | null> {
    return this.#one(categories, from, 'forwards', signal);
  }

  position(raw: RawPosition): Position {
    return { storeId: this.#reader.storeId, commit: raw.commit, prepare: raw.prepare };
  }

  #one(
    categories: readonly Category[],
    from: Position | 'start' | 'end',
    direction: 'forwards' | 'backwards',
    signal?: AbortSignal,
  ): Promise<RecordedEvent | null> {
    return this.#reader.one({
      request: (_last, left) => readAllRequest(categories, serverPosition(from), direction, left + 1),
      stream: null,
      stallMs: SCAN_STALL_MS,
      signal,
      skip: (event) =>
        direction === 'forwards' && typeof from === 'object' && !isBehind(event.position, from),
    });
  }
}

/** Forwards the server includes the event at a position, the port excludes it. */
export function isBehind(position: RawPosition, from: RawPosition): boolean {
  return position.commit === from.commit ? position.prepare > from.prepare : position.commit > from.commit;
}

/** The position before all events is no record of the server: it is the start. */
export function serverPosition(from: Position | 'start'): RawPosition | 'start';
export function serverPosition(from: Position | 'start' | 'end'): RawPosition | 'start' | 'end';
export function serverPosition(from: Position | 'start' | 'end'): RawPosition | 'start' | 'end' {
  return typeof from === 'object' && from.commit === 0n && from.prepare === 0n ? 'start' : from;
}
