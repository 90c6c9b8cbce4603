import { type EventStore } from '../ports/event-store/event-store.ts';
import { type StreamName } from '../ports/event-store/stream-name.ts';

export interface FrameRetentionOptions {
  readonly store: EventStore;
  /** How long frames are kept. Default: 90 days, and 14 more in which they are archived. */
  readonly keepFramesS?: number;
  /** Told when the retention of a day's stream could not be set; it is tried again with a later frame. */
  readonly onRetentionFailure?: (stream: StreamName, error: unknown) => void;
}

const DAY_S = 86_400;

/** How long the frames of a day are kept: set when the first of them has been stored. */
export class FrameRetention {
  readonly #options: FrameRetentionOptions;
  readonly #retained = new Set<StreamName>();

  constructor(options: FrameRetentionOptions) {
    this.#options = options;
  }

  /** Beside the answer, never before it: a frame is not lost because its expiry could not be set. */
  ensure(stream: StreamName): void {
    if (this.#retained.has(stream)) return;
    this.#retained.add(stream);
    const { store, keepFramesS = (90 + 14) * DAY_S, onRetentionFailure } = this.#options;
    store.retain(stream, keepFramesS).catch((error: unknown) => {
      this.#retained.delete(stream);
      onRetentionFailure?.(stream, error);
    });
  }

  /** No more frames come for it. */
  forget(stream: StreamName): void {
    this.#retained.delete(stream);
  }
}
