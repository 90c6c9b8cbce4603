import { randomUUID } from 'node:crypto';
import { logOf, type Category, type Log } from '../../application/ports/event-store/categories.ts';
import { type AppendResult, type ExpectedRevision } from '../../application/ports/event-store/event-store.ts';
import { WrongExpectedRevisionError } from '../../application/ports/event-store/errors.ts';
import { recordedAtOf, type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { type Position } from '../../application/ports/event-store/position.ts';
import {
  type PreparedAppend,
  type PreparedEvent,
} from '../../application/ports/event-store/prepared-append.ts';
import { parseStreamName, type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { type JsonObject } from '../../domain/canonical/json.ts';
import { deepFreeze } from './deep-freeze.ts';

export type Direction = 'forwards' | 'backwards';

interface Stored {
  readonly event: RecordedEvent;
  readonly category: Category;
  readonly createdMs: number;
}

interface Stream {
  /** Of every event ever written, by revision: repeats are answered after the events have expired, too. */
  readonly ids: string[];
  events: Stored[];
  maxAgeMs: number | null;
}

/**
 * The history that all clients of one memory store share. Everything here happens at once (no `await`), so an append is
 * atomic and the log is in commit order.
 */
export class MemoryLog {
  /** A store that forgot its history is another store: positions of the earlier run must not fit. */
  readonly storeId = randomUUID();
  readonly #now: () => number;
  readonly #streams = new Map<StreamName, Stream>();
  readonly #logs = new Map<Log, Stored[]>();
  readonly #listeners = new Set<() => void>();
  #last = 0n;

  constructor(now: () => number) {
    this.#now = now;
  }

  append(append: PreparedAppend): AppendResult {
    const stream = this.#stream(append.stream);
    const current = stream.ids.length - 1;
    if (!fits(append.expected, current)) return this.#repeat(append, stream, current);
    return this.#write(append, stream);
  }

  /** Written whatever the expectation says: the fault "stored twice". */
  appendAgain(append: PreparedAppend): void {
    this.#write(append, this.#stream(append.stream));
  }

  /** At most `limit` events of a stream, from a revision (inclusive), nearest first. What has expired is left out. */
  streamPage(name: StreamName, from: number, direction: Direction, limit: number): readonly RecordedEvent[] {
    const entries = this.#streams.get(name)?.events ?? [];
    const isBefore = (stored: Stored): boolean =>
      direction === 'forwards' ? stored.event.revision < from : stored.event.revision <= from;
    return this.#take(entries, isBefore, direction, limit, () => true);
  }

  /** At most `limit` events of the categories behind (or before) a position, nearest first. */
  logPage(
    log: Log,
    categories: ReadonlySet<Category>,
    from: bigint,
    direction: Direction,
    limit: number,
  ): readonly RecordedEvent[] {
    const entries = this.#logs.get(log) ?? [];
    const isBefore = ({ event }: Stored): boolean =>
      direction === 'forwards' ? event.position.commit <= from : event.position.commit < from;
    return this.#take(entries, isBefore, direction, limit, ({ category }) => categories.has(category));
  }

  head(log: Log): Position {
    return this.#logs.get(log)?.at(-1)?.event.position ?? this.#position(0n);
  }

  retain(name: StreamName, maxAgeS: number): void {
    this.#stream(name).maxAgeMs = maxAgeS * 1000;
  }

  /** Streams with hidden events, and the last of these. */
  expiring(): [StreamName, number][] {
    return [...this.#streams].flatMap(([name, { events }]): [StreamName, number][] => {
      const last = events.findLast((stored) => this.#expired(stored));
      return last === undefined ? [] : [[name, last.event.revision]];
    });
  }

  /** Forgets what is hidden anyway, but for some streams. Answers how many events went. */
  expire(spared: ReadonlySet<StreamName> = new Set()): number {
    let freed = 0;
    const goes = (stored: Stored): boolean => this.#expired(stored) && !spared.has(stored.event.stream);
    for (const stream of this.#streams.values()) {
      const kept = stream.events.filter((stored) => !goes(stored));
      freed += stream.events.length - kept.length;
      stream.events = kept;
    }
    for (const [log, entries] of this.#logs) {
      const kept = entries.filter((stored) => !goes(stored));
      // The head stays where it was, even when the last event has gone.
      const last = entries.at(-1);
      if (last !== undefined && kept.at(-1) !== last) kept.push(last);
      this.#logs.set(log, kept);
    }
    return freed;
  }

  /** Called after every append, until the returned function is called. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #take(
    entries: readonly Stored[],
    isBefore: (stored: Stored) => boolean,
    direction: Direction,
    limit: number,
    matches: (stored: Stored) => boolean,
  ): readonly RecordedEvent[] {
    const split = countWhile(entries, isBefore);
    const step = direction === 'forwards' ? 1 : -1;
    const found: RecordedEvent[] = [];
    for (let i = direction === 'forwards' ? split : split - 1; found.length < limit; i += step) {
      const entry = entries[i];
      if (entry === undefined) break;
      if (matches(entry) && !this.#expired(entry)) found.push(entry.event);
    }
    return found;
  }

  #write(append: PreparedAppend, stream: Stream): AppendResult {
    const createdMs = this.#now();
    for (const event of append.events) this.#store(append.stream, stream, event, createdMs);
    for (const listener of [...this.#listeners]) listener();
    return { revision: stream.ids.length - 1, position: this.#position(this.#last) };
  }

  #store(name: StreamName, stream: Stream, event: PreparedEvent, createdMs: number): void {
    const { category } = partsOf(name);
    const metadata = deepFreeze(JSON.parse(event.metadata) as JsonObject);
    this.#last += 1n;
    const recorded: RecordedEvent = deepFreeze({
      stream: name,
      revision: stream.ids.length,
      position: this.#position(this.#last),
      id: event.id,
      type: event.type,
      data: JSON.parse(event.data) as JsonObject,
      metadata,
      recordedAt: recordedAtOf(metadata, new Date(createdMs).toISOString()),
    });
    const stored: Stored = { event: recorded, category, createdMs };
    stream.ids.push(event.id);
    stream.events.push(stored);
    const log = this.#logs.get(logOf(category));
    if (log === undefined) this.#logs.set(logOf(category), [stored]);
    else log.push(stored);
  }

  /** Pitfall b1: an expectation below the head is a repeat when each id is found where it would have been written. */
  #repeat(append: PreparedAppend, stream: Stream, current: number): AppendResult {
    const { expected, events } = append;
    const first = expected === 'no_stream' ? 0 : typeof expected === 'number' ? expected + 1 : Infinity;
    const same = events.every((event, index) => stream.ids[first + index] === event.id);
    if (!same) {
      throw new WrongExpectedRevisionError(append.stream, expected, current < 0 ? 'no_stream' : current);
    }
    const revision = first + events.length - 1;
    const shown = stream.events.find((stored) => stored.event.revision === revision);
    const position = shown === undefined || this.#expired(shown) ? null : shown.event.position;
    return { revision, position };
  }

  #expired(stored: Stored): boolean {
    const maxAgeMs = this.#streams.get(stored.event.stream)?.maxAgeMs ?? null;
    return maxAgeMs !== null && this.#now() - stored.createdMs > maxAgeMs;
  }

  #stream(name: StreamName): Stream {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const stream: Stream = { ids: [], events: [], maxAgeMs: null };
    this.#streams.set(name, stream);
    return stream;
  }

  #position(number: bigint): Position {
    return { storeId: this.storeId, commit: number, prepare: number };
  }
}

function fits(expected: ExpectedRevision, current: number): boolean {
  switch (expected) {
    case 'any':
      return true;
    case 'no_stream':
      return current < 0;
    case 'stream_exists':
      return current >= 0;
    default:
      return expected === current;
  }
}

/** How many entries, from the beginning, satisfy a predicate that once false stays false. */
function countWhile(entries: readonly Stored[], predicate: (stored: Stored) => boolean): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry !== undefined && predicate(entry)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function partsOf(name: StreamName): { readonly category: Category } {
  const parts = parseStreamName(name);
  if (parts === null) throw new RangeError(`not a stream name: ${name}`);
  return parts;
}
