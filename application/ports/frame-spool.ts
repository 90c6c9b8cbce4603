import { type Instant } from '../../domain/time/instant.ts';
import { type NewEvent } from './event-store/events.ts';
import { type StreamName } from './event-store/stream-name.ts';

/** An append that the store has not taken, as it was sent: it is sent again with the same events and ids. */
export interface SpooledAppend {
  readonly stream: StreamName;
  readonly events: readonly NewEvent[];
  /** When the oldest of its frames was received. */
  readonly receivedAt: Instant;
}

export interface SpoolStatus {
  /** Frames that wait, in all folders that this process has to drain. */
  readonly frames: number;
  /** Of all processes that share the folder. */
  readonly bytes: number;
  readonly maxBytes: number;
  /** Receipt of the oldest frame that waits. */
  readonly oldest: Instant | null;
  /** The last frame found no room, and nothing has been drained since. */
  readonly isFull: boolean;
}

/** There is no room, in the spool or on the disk: the frames were not kept. */
export class SpoolFullError extends Error {
  readonly code = 'spool-full';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SpoolFullError';
  }
}

/** Where frames wait on the disk while the store is away. One reader at a time. */
export interface FrameSpool {
  /** Resolves when it would survive a power cut. Rejects with SpoolFullError, and with what the disk said. */
  put(append: SpooledAppend): Promise<void>;
  /** What has waited longest, the same until it is taken off; null when nothing waits. */
  first(): Promise<SpooledAppend | null>;
  /** The store has the first one. */
  takeOff(): Promise<void>;
  /** No store will ever take the first one: it is kept apart, for people. */
  setAside(reason: unknown): Promise<void>;
  status(): SpoolStatus;
  /** By tenant (as in stream names): no frame that waits was received earlier. May be earlier than the oldest one. */
  oldestByTenant(): ReadonlyMap<string, Instant>;
}
