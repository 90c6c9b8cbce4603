import { type Instant } from '../../domain/time/instant.ts';
import { type EventStore } from '../ports/event-store/event-store.ts';
import { streamName, type StreamName } from '../ports/event-store/stream-name.ts';
import { deliveryKeyOf, frameEvent, frameReceived, type ReceivedMessage } from './frame.ts';
import { RecentFrames } from './recent-frames.ts';
import { type BatchLimits, StreamBatcher } from './stream-batcher.ts';

export interface IntakeOptions {
  readonly store: EventStore;
  readonly softwareVersion: string;
  /** A hash of the body as text, the same for the same body for ever: it is part of frame ids. */
  readonly hashBody: (body: string) => string;
  /** New at each call. Ordered by time is kinder to indexes. */
  readonly newEventId: () => string;
  /** How long frames are kept. Default: 90 days, and 14 more in which they are archived. */
  readonly keepFramesS?: number;
  /** Frames whose second delivery is recognised in this process. */
  readonly recentFrames?: number;
  readonly limits?: Partial<BatchLimits>;
  /** Told when the retention of a day's stream could not be set; it is tried again with a later frame. */
  readonly onRetentionFailure?: (stream: StreamName, error: unknown) => void;
}

export interface Receipt {
  readonly frameId: string;
  /** Best effort: this process has stored the same message before. */
  readonly duplicate: boolean;
}

const DAY_S = 86_400;
const DEFAULT_LIMITS: BatchLimits = { maxFrames: 500, maxBytes: 900_000, inFlight: 1, patienceMs: 2_000 };

/** Ids, the stream's own punctuation and all that surrounds the data; measured as text so that no copy is made. */
const AROUND_BYTES = 700;

/**
 * Stores frames as evidence before anybody thinks about them (rule U1): not decoded, not judged, whatever the device.
 * A frame is answered when it is durable, never earlier.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #limits: BatchLimits;
  readonly #recent: RecentFrames;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #batchers = new Map<StreamName, StreamBatcher>();
  readonly #retained = new Set<StreamName>();
  #day = '';

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#recent = new RecentFrames(options.recentFrames ?? 100_000);
  }

  /** Rejects with StoreUnavailableError when the store does not answer in time: the sender may send it again. */
  async receive(tenantId: string, received: ReceivedMessage): Promise<Receipt> {
    const key = deliveryKeyOf(received, this.#options.hashBody);
    const data = frameReceived(tenantId, received, key);
    const frameId = data.frame_id;
    if (this.#recent.has(frameId)) return { frameId, duplicate: true };
    const same = this.#underWay.get(frameId);
    if (same !== undefined) {
      await same;
      return { frameId, duplicate: true };
    }
    const event = frameEvent(
      this.#options.newEventId(),
      tenantId,
      data,
      received,
      this.#options.softwareVersion,
    );
    const stored = this.#store(tenantId, received.receivedAt, event, sizeOf(data.envelope, data.payload));
    this.#underWay.set(frameId, stored);
    try {
      await stored;
    } finally {
      this.#underWay.delete(frameId);
    }
    this.#recent.add(frameId);
    return { frameId, duplicate: false };
  }

  /** When the oldest frame that is not durable yet was received (of one tenant, or of all); null when there is none. */
  oldestInFlight(tenantId?: string): Instant | null {
    const tenant = tenantId?.replaceAll('-', '');
    let oldest: Instant | null = null;
    for (const [stream, batcher] of this.#batchers) {
      if (tenant !== undefined && !stream.startsWith(`frames-${tenant}-`)) continue;
      const received = batcher.oldest;
      if (received !== null && (oldest === null || received < oldest)) oldest = received;
    }
    return oldest;
  }

  /** Frames that are not durable yet. */
  get inFlight(): number {
    return this.#underWay.size;
  }

  async #store(
    tenantId: string,
    receivedAt: Instant,
    event: Parameters<StreamBatcher['add']>[0],
    bytes: number,
  ): Promise<void> {
    const day = receivedAt.slice(0, 10).replaceAll('-', '');
    const stream = streamName('frames', tenantId, day);
    await this.#batcher(stream, day).add(event, bytes, receivedAt);
    if (!this.#retained.has(stream)) this.#retain(stream);
  }

  #batcher(stream: StreamName, day: string): StreamBatcher {
    const known = this.#batchers.get(stream);
    if (known !== undefined) return known;
    if (day !== this.#day) this.#forgetIdle(day);
    const batcher = new StreamBatcher(stream, this.#options.store, this.#limits);
    this.#batchers.set(stream, batcher);
    return batcher;
  }

  /** Yesterday's streams get no more frames. */
  #forgetIdle(day: string): void {
    this.#day = day;
    for (const [stream, batcher] of this.#batchers) {
      if (!batcher.isIdle) continue;
      this.#batchers.delete(stream);
      this.#retained.delete(stream);
    }
  }

  /** Beside the answer, never before it: a frame is not lost because its expiry could not be set. */
  #retain(stream: StreamName): void {
    this.#retained.add(stream);
    const { store, keepFramesS = (90 + 14) * DAY_S, onRetentionFailure } = this.#options;
    store.retain(stream, keepFramesS).catch((error: unknown) => {
      this.#retained.delete(stream);
      onRetentionFailure?.(stream, error);
    });
  }
}

/** An upper bound of what the event takes as JSON in UTF-8. */
function sizeOf(envelope: string, payload: string): number {
  return utf8Bound(JSON.stringify(envelope)) + payload.length + AROUND_BYTES;
}

/** Three bytes for whatever is not ASCII; exact for what network servers send. */
function utf8Bound(text: string): number {
  return /^[\u0000-\u007f]*$/.test(text) ? text.length : text.length * 3;
}
