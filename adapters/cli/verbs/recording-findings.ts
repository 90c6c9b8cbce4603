import { createHash } from 'node:crypto';
import { deliveryKeyOf, frameReceived } from '../../../application/intake/frame.ts';
import { type DeviceOrder, NO_ORDER, place } from '../../../application/sensor-process/device-order.ts';
import { type Frame } from '../../../application/sensor-process/frame-input.ts';
import { occurredAt } from '../../../application/sensor-process/occurred-at.ts';
import { type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { type NetworkMessage } from '../../../application/ports/network-message.ts';
import { type Instant, parseInstant, secondsBetween } from '../../../domain/time/instant.ts';
import { type RecordedLine } from './recorded-events.ts';

/** What a network did to its messages before they were recorded. Counts of messages, unless it says otherwise. */
export interface Findings {
  /** By kind of event. */
  readonly kinds: Readonly<Record<string, number>>;
  /** The very same delivery again. */
  readonly second_deliveries: number;
  /** The same frame under another delivery: by the radio or a second gateway (rule U2). */
  readonly radio_repeats: number;
  readonly joins: number;
  /** Sessions that began after an earlier one of the same device, whether or not the join was recorded. */
  readonly rejoins: number;
  /** The frame counter began anew without a new session. */
  readonly counter_resets: number;
  /** Recorded after a message that was sent later. */
  readonly out_of_order: number;
  /** Next by its counter, yet earlier than its predecessor by its clock. */
  readonly clock_against_counter: number;
  /** Frames that the counters say were sent and that are not here. */
  readonly lost: number;
  readonly wrong_clocks: {
    /** A gateway's clock is more than 30 seconds from the server's, so the server's counts. */
    readonly gateway_off: number;
    /** A clock says it is before the year 2000: it was never set. */
    readonly never_set: number;
    /** A clock is ahead of ours: the time of receipt counts (rule U3). */
    readonly ahead: number;
    /** No clock said anything. */
    readonly none: number;
  };
}

const DRIFT_S = 30;
const KINDS_NAMED = 30;
const NOBODY = '00000000-0000-5000-8000-000000000000';
const NOWHERE = 'frames-recording' as StreamName;

/** Looks at the messages of a recording in its order, by the rules by which the sensor process will. */
export class RecordingFindings {
  readonly #receivedAt: Instant;
  readonly #kinds = new Map<string, number>();
  /** 36 bytes a message: a year of a large network fits. */
  readonly #deliveries = new Set<string>();
  readonly #orders = new Map<string, DeviceOrder>();
  readonly #ownTimes = new Map<string, Instant>();
  readonly #counts = {
    second_deliveries: 0,
    radio_repeats: 0,
    joins: 0,
    rejoins: 0,
    counter_resets: 0,
    out_of_order: 0,
    clock_against_counter: 0,
    lost: 0,
  };
  readonly #clocks = { gateway_off: 0, never_set: 0, ahead: 0, none: 0 };

  constructor(receivedAt: Instant) {
    this.#receivedAt = receivedAt;
  }

  look(line: Extract<RecordedLine, { ok: true }>): void {
    const { event, message } = line;
    const kind = this.#kinds.has(event) || this.#kinds.size < KINDS_NAMED ? event : 'other';
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
    const frame = frameOf(line, this.#receivedAt);
    if (this.#deliveries.has(frame.frameId)) {
      this.#counts.second_deliveries += 1;
      return;
    }
    this.#deliveries.add(frame.frameId);
    if ((event !== 'up' && event !== 'join') || message.devEui === null) return;
    this.#lookAtClocks(message, frame);
    this.#lookAtPlace(message.devEui, frame);
  }

  get all(): Findings {
    const kinds = Object.fromEntries([...this.#kinds].sort(([, a], [, b]) => b - a));
    return { kinds, ...this.#counts, wrong_clocks: this.#clocks };
  }

  #lookAtPlace(devEui: string, frame: Frame): void {
    const counts = this.#counts;
    const before = this.#orders.get(devEui) ?? NO_ORDER;
    const own = occurredAt(frame);
    const placed = place(before, frame, own);
    this.#orders.set(devEui, placed.order);
    if (placed.place === 'repeat') counts.radio_repeats += 1;
    if (placed.place === 'late') counts.out_of_order += 1;
    if (frame.kind === 'join') counts.joins += 1;
    if (placed.isCounterReset) counts.counter_resets += 1;
    if (placed.place !== 'newest') return;
    const [was, is] = [before.session, placed.order.session];
    if (was !== null && is?.label !== was.label && !placed.isCounterReset) counts.rejoins += 1;
    const previous = this.#ownTimes.get(devEui);
    if (previous !== undefined && own.at < previous) counts.clock_against_counter += 1;
    this.#ownTimes.set(devEui, own.at);
    const counter = was?.label === is?.label ? (was?.fCnt ?? null) : null;
    if (counter !== null && frame.fCnt !== null) counts.lost += Math.max(0, frame.fCnt - counter - 1);
  }

  #lookAtClocks({ times }: NetworkMessage, frame: Frame): void {
    const [gateway, ns, network] = [instantOf(times.gateway), instantOf(times.ns), instantOf(times.network)];
    const own = occurredAt(frame);
    const reference = ns ?? network;
    if ([gateway, ns, network].some((time) => time !== null && time < '2000')) this.#clocks.never_set += 1;
    else if (gateway !== null && reference !== null && isFar(gateway, reference))
      this.#clocks.gateway_off += 1;
    if (own.clamped) this.#clocks.ahead += 1;
    else if (own.source === 'received') this.#clocks.none += 1;
  }
}

function instantOf(time: string | null): Instant | null {
  return time === null ? null : parseInstant(time);
}

function isFar(a: Instant, b: Instant): boolean {
  return Math.abs(secondsBetween(a, b)) > DRIFT_S;
}

/** As it will be in the evidence log; it is nobody's yet. */
function frameOf({ body, event, message }: Extract<RecordedLine, { ok: true }>, receivedAt: Instant): Frame {
  const received = {
    network: 'chirpstack' as const,
    kind: event,
    body,
    message,
    receivedAt,
    actor: { type: 'import' as const, id: 'chirpstack' },
  };
  const data = frameReceived(NOBODY, received, deliveryKeyOf(received, sha256));
  return {
    tenantId: NOBODY,
    frameId: data.frame_id,
    devEui: message.devEui,
    network: data.network,
    kind: data.kind,
    session: data.session ?? null,
    fCnt: data.f_cnt ?? null,
    fPort: data.f_port ?? null,
    payload: data.payload,
    times: data.times,
    receivedAt,
    envelope: '',
    stream: NOWHERE,
    revision: 0,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
