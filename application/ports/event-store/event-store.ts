import { type Category, type Log } from './categories.ts';
import { type NewEvent, type RecordedEvent } from './events.ts';
import { type Position } from './position.ts';
import { type StreamName } from './stream-name.ts';

/**
 * What the caller knows of a stream: the revision of its last event, that there is none, or nothing.
 * Only a number or `no_stream` makes a repeated append safe.
 */
export type ExpectedRevision = number | 'no_stream' | 'stream_exists' | 'any';

/** The largest append (all its events: ids, types, data, metadata) that every adapter accepts. Larger ones are refused by all. */
export const MAX_APPEND_BYTES = 1_000_000;

export interface AppendOptions {
  readonly expected: ExpectedRevision;
  /** Gives up waiting after this long with `OutcomeUnknownError`. Default 5,000 ms. */
  readonly timeoutMs?: number;
  /** Gives up waiting: rejects with the signal's reason. The append may be written all the same. */
  readonly signal?: AbortSignal;
}

export interface AppendResult {
  /** Of the last event of this append. */
  readonly revision: number;
  /** Of the last event of this append; null where a store answers a repeat whose originals it no longer shows. */
  readonly position: Position | null;
}

export interface ReadStreamOptions {
  readonly direction?: 'forwards' | 'backwards';
  /** The first revision to read, inclusive. Default: `start` forwards, `end` backwards. */
  readonly from?: number | 'start' | 'end';
  /** At most so many events; 0 reads nothing. Default: all. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface ReadAllOptions {
  /** Categories of one log. */
  readonly categories: readonly Category[];
  readonly direction?: 'forwards' | 'backwards';
  /** Exclusive in both directions. Default: `start` forwards, `end` backwards. */
  readonly from?: Position | 'start' | 'end';
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface SubscribeOptions {
  /** Categories of one log. */
  readonly categories: readonly Category[];
  /** Exclusive: the last position that was processed. */
  readonly from: Position | 'start';
  /** Ends the subscription: the iteration finishes normally. */
  readonly signal: AbortSignal;
  /** At most so many events in one message. Default 500. */
  readonly batchSize?: number;
  /** Told of each drop and of the wait before the next try; the subscription goes on by itself. */
  readonly onDrop?: (error: unknown, retryInMs: number) => void;
}

/**
 * - `events`: in commit order, at least one.
 * - `checkpoint`: everything up to `position` was delivered in earlier messages; what lay between did not match.
 * - `caught-up`: as checkpoint, and the head of the log was reached. May come again after a drop.
 * A consumer that asks for the next message has thereby processed the one before: after a drop the subscription
 * goes on behind the last message *taken*, without loss and without repeats.
 */
export type SubscriptionMessage =
  | {
      readonly type: 'events';
      readonly events: readonly [RecordedEvent, ...RecordedEvent[]];
      readonly position: Position;
    }
  | { readonly type: 'checkpoint'; readonly position: Position }
  | { readonly type: 'caught-up'; readonly position: Position };

export interface ExpireOptions {
  /**
   * Asked about each stream whose events would be freed, with the last revision of those: true keeps them, hidden as they
   * are. Absent: nothing is kept beyond its time. Where the server frees by itself nobody is asked.
   */
  readonly isStillNeeded?: (stream: StreamName, lastRevision: number) => Promise<boolean>;
}

/**
 * The event store. No delete, no truncate: nothing outside an adapter can remove an event.
 *
 * Promise on repeats: the same ids with the same numeric expectation (or `no_stream`) give the same answer and write nothing,
 * for ever. With `any` and `stream_exists` a repeat may be stored a second time.
 */
export interface EventStore {
  readonly storeId: string;
  /** Atomic: all events of the append or none. Errors: see `errors.ts`. An empty list is refused (InvalidEventError). */
  append(stream: StreamName, events: readonly NewEvent[], options: AppendOptions): Promise<AppendResult>;
  /** Pages of events; a stream that does not exist (or whose events all expired) gives none. */
  readStream(stream: StreamName, options?: ReadStreamOptions): AsyncIterable<readonly RecordedEvent[]>;
  /** Pages of events of all streams of the categories, in commit order (or against it). */
  readAll(options: ReadAllOptions): AsyncIterable<readonly RecordedEvent[]>;
  /** Follows a log for ever; resubscribes by itself with back-off; fails only on what retrying cannot mend. */
  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionMessage>;
  /** The last position of a log at this moment (a position before the first event when it is empty). */
  head(log: Log): Promise<Position>;
  /** From now on events of this transient stream are hidden once they are older than `maxAgeS` seconds. Idempotent. */
  retain(stream: StreamName, maxAgeS: number): Promise<void>;
  /** Frees the space of what has expired, where that is the store's client's work. Returns how much was freed, in the adapter's unit. */
  expire(options?: ExpireOptions): Promise<number>;
  /** Round trip to the store in milliseconds; rejects when it cannot be reached. */
  ping(): Promise<number>;
  close(): Promise<void>;
}
