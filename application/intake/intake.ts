import { type Instant } from '../../domain/time/instant.ts';
import { parseStreamName, streamName, type StreamName } from '../ports/event-store/stream-name.ts';
import { deliveryKeyOf, frameEvent, frameReceived, type ReceivedMessage } from './frame.ts';
import { FrameRetention, type FrameRetentionOptions } from './frame-retention.ts';
import { RecentFrames } from './recent-frames.ts';
import { type Shelter } from './shelter.ts';
import { type BatchLimits, StreamBatcher } from './stream-batcher.ts';

export interface IntakeOptions extends FrameRetentionOptions {
  readonly softwareVersion: string;
  /** A hash of the body as text, the same for the same body for ever: it is part of frame ids. */
  readonly hashBody: (body: string) => string;
  /** New at each call. Ordered by time is kinder to indexes. */
  readonly newEventId: () => string;
  /** Frames whose second delivery is recognised in this process. */
  readonly recentFrames?: number;
  readonly limits?: Partial<BatchLimits>;
  /** Takes what the store does not take. Without one, such frames are refused. */
  readonly shelter?: Shelter;
}

export interface Receipt {
  readonly frameId: string;
  /** Best effort: this process has stored the same message before. */
  readonly duplicate: boolean;
}

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
  readonly #retention: FrameRetention;
  #day = '';

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#recent = new RecentFrames(options.recentFrames ?? 100_000);
    this.#retention = new FrameRetention(options);
  }

  /** Rejects with StoreUnavailableError when neither store nor spool can take the frame: the sender may send it again. */
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
    const oldest = this.oldestInFlightByTenant();
    if (tenantId !== undefined) return oldest.get(tenantId.replaceAll('-', '')) ?? null;
    return [...oldest.values()].reduce<Instant | null>((a, b) => (a === null || b < a ? b : a), null);
  }

  /** The same by tenant, as in stream names; tenants without such frames are not in it. */
  oldestInFlightByTenant(): ReadonlyMap<string, Instant> {
    const byTenant = new Map<string, Instant>();
    for (const [stream, { oldest }] of this.#batchers) {
      const tenant = parseStreamName(stream)?.tenant;
      if (oldest === null || tenant === undefined) continue;
      const known = byTenant.get(tenant);
      if (known === undefined || oldest < known) byTenant.set(tenant, oldest);
    }
    return byTenant;
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
    const keptIn = await this.#batcher(stream, day).add(event, bytes, receivedAt);
    if (keptIn === 'store') this.#retention.ensure(stream);
  }

  #batcher(stream: StreamName, day: string): StreamBatcher {
    const known = this.#batchers.get(stream);
    if (known !== undefined) return known;
    if (day !== this.#day) this.#forgetIdle(day);
    const { shelter = null, store } = this.#options;
    const batcher = new StreamBatcher(stream, store, this.#limits, shelter);
    this.#batchers.set(stream, batcher);
    return batcher;
  }

  /** Yesterday's streams get no more frames. */
  #forgetIdle(day: string): void {
    this.#day = day;
    for (const [stream, batcher] of this.#batchers) {
      if (!batcher.isIdle) continue;
      this.#batchers.delete(stream);
      this.#retention.forget(stream);
    }
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
