import { type Evidence } from '../../domain/frames/evidence.ts';
import { type Instant, laterOf } from '../../domain/time/instant.ts';
import { comparePositions, type Position } from '../ports/event-store/position.ts';
import { type RecordedEvent } from '../ports/event-store/events.ts';
import { parseStreamName } from '../ports/event-store/stream-name.ts';
import {
  type DeviceKey,
  type SensorCheckpoint,
  type SensorLease,
  type SilentDevice,
} from '../ports/sensor-tables.ts';
import { Committer } from './committer.ts';
import { DeviceWork } from './device-work.ts';
import { NO_EFFECTS } from './effects.ts';
import { type EvidenceThrough } from './evidence-through.ts';
import { type Frame, readFrame, tenantOf } from './frame-input.ts';
import { rowOfNobody } from './handle-frame.ts';
import { type SensorProcessOptions } from './options.ts';
import { pause, untilAnswered } from './waiting.ts';

/** Device events after which its open readings may find a space. */
const CHANGES: ReadonlySet<string> = new Set([
  'DeviceRegistered',
  'DeviceTypeChanged',
  'DeviceAssignmentClaimed',
  'DeviceAssignmentReleased',
  'DeviceDecommissioned',
  'DeviceRecommissioned',
]);

const MAX_OPEN = 5_000;
const PAGE = 500;

/** One owner's time in charge: from the checkpoint on, until the lease is lost or the process stops. */
export class Tenure {
  readonly #options: SensorProcessOptions;
  readonly #evidence: EvidenceThrough;
  readonly #committer: Committer;
  readonly #work: DeviceWork;
  readonly #abort = new AbortController();
  readonly #failed: Promise<never>;
  #fail: (error: unknown) => void = () => undefined;
  /** Up to here nobody is told anything, since the tables are being made anew. */
  #foldUntil: Position | null;
  #framesRead: Position | null;
  #devicesRead: Position | null;

  constructor(
    options: SensorProcessOptions,
    evidence: EvidenceThrough,
    lease: SensorLease,
    checkpoint: SensorCheckpoint,
  ) {
    this.#options = options;
    this.#evidence = evidence;
    this.#foldUntil = checkpoint.foldUntil;
    this.#framesRead = checkpoint.frames;
    this.#devicesRead = checkpoint.devices;
    this.#committer = new Committer(options, lease, checkpoint);
    this.#failed = new Promise<never>((_resolve, reject) => {
      this.#fail = reject;
    });
    this.#work = new DeviceWork(options, this.#committer, this.#abort.signal, (error) => this.#fail(error));
  }

  get committer(): Committer {
    return this.#committer;
  }

  get parked(): readonly DeviceKey[] {
    return this.#work.parked;
  }

  /** Ends normally when the signal is aborted, and fails with what retrying here cannot mend. */
  async work(signal: AbortSignal): Promise<void> {
    const stop = (): void => {
      this.#abort.abort(new Error('the sensor process is stopping'));
      this.#fail(this.#abort.signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      await Promise.race([this.#prepareAndFollow(this.#abort.signal), this.#failed]);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      this.#abort.abort(new Error('the sensor process is stopping'));
      this.#work.stop();
      await this.#committer.finish();
    }
  }

  async #prepareAndFollow(signal: AbortSignal): Promise<void> {
    await this.#prepare();
    await Promise.all([
      this.#committer.run(signal),
      this.#followFrames(signal),
      this.#followDevices(signal),
      this.#watchHead(signal),
      this.#watchSilence(signal),
      this.#retryParked(signal),
    ]);
  }

  async #prepare(): Promise<void> {
    const { store, tables } = this.#options;
    this.#work.markParked(await tables.parked());
    if (this.#devicesRead !== null) {
      if (this.#foldUntil !== null) return;
      for (const key of await tables.waiting()) this.#work.offerOpen(key);
      return;
    }
    // Empty tables. What the devices are and watch is read from their streams, so their past events need no look.
    this.#devicesRead = await store.head('domain');
    this.#foldUntil = await store.head('frames');
    this.#committer.begin({ devices: this.#devicesRead, foldUntil: this.#foldUntil })(NO_EFFECTS);
  }

  async #followFrames(signal: AbortSignal): Promise<void> {
    const messages = this.#options.store.subscribe({
      categories: ['frames'],
      from: this.#framesRead ?? 'start',
      signal,
      onDrop: (error, retryInMs) => this.#options.on?.subscriptionDropped?.(error, retryInMs),
    });
    for await (const message of messages) {
      if (message.type === 'events') await this.#takeFrames(message.events);
      else this.#committer.begin({ frames: message.position })(NO_EFFECTS);
      this.#framesRead = message.position;
      this.#evidence.handedOver(message.position);
      if (this.#isFolded(message.position)) await this.#endFold();
    }
  }

  async #takeFrames(events: readonly RecordedEvent[]): Promise<void> {
    const readings = events.map((event) => ({ position: event.position, ...readFrame(event) }));
    const keys = readings.flatMap(({ frame }) => keyOf(frame) ?? []);
    await this.#work.withLoaded(keys, async () => {
      for (const reading of readings) {
        await this.#committer.room(MAX_OPEN);
        this.#takeFrame(reading.frame, reading.ok ? null : reading.problem, reading.position);
      }
    });
  }

  #takeFrame(frame: Frame, problem: string | null, position: Position): void {
    const handled = this.#evidence.begin(frame.tenantId, frame.receivedAt);
    const key = keyOf(frame);
    if (key !== null) {
      const mode = this.#foldUntil === null ? 'live' : 'fold';
      void this.#work.frame(key, frame, { frames: position }, mode).then(handled);
      return;
    }
    const outcome = problem === null ? 'network-event' : 'unreadable';
    const rows = [rowOfNobody(frame, outcome, problem?.slice(0, 200) ?? null)];
    this.#committer.begin({ frames: position })({ ...NO_EFFECTS, rows });
    handled();
  }

  async #followDevices(signal: AbortSignal): Promise<void> {
    const messages = this.#options.store.subscribe({
      categories: ['device'],
      from: this.#devicesRead ?? 'start',
      signal,
      onDrop: (error, retryInMs) => this.#options.on?.subscriptionDropped?.(error, retryInMs),
    });
    for await (const message of messages) {
      if (message.type !== 'events') this.#committer.begin({ devices: message.position })(NO_EFFECTS);
      else for (const event of message.events) await this.#takeDeviceEvent(event);
    }
  }

  async #takeDeviceEvent(event: RecordedEvent): Promise<void> {
    const devices = event.position;
    const devEui = parseStreamName(event.stream)?.id;
    if (devEui === undefined || !CHANGES.has(event.type)) {
      this.#committer.begin({ devices })(NO_EFFECTS);
      return;
    }
    const key = { tenantId: tenantOf(event.stream), devEui };
    await this.#committer.room(MAX_OPEN);
    await this.#work.withLoaded([key], () => {
      this.#work.adopt(key, { devices }, this.#foldUntil === null ? 'live' : 'fold');
      return Promise.resolve();
    });
  }

  #isFolded(position: Position): boolean {
    return this.#foldUntil !== null && comparePositions(position, this.#foldUntil) >= 0;
  }

  /** All that was folded is in the tables; now each device says once what its space does not know. */
  async #endFold(): Promise<void> {
    await this.#committer.committedBefore(this.#committer.next);
    const signal = this.#abort.signal;
    const keys = await untilAnswered(
      () => this.#options.tables.waiting(),
      signal,
      (error) => this.#options.on?.retried?.(error, null),
    );
    this.#foldUntil = null;
    for (let first = 0; first < keys.length; first += PAGE) {
      const page = keys.slice(first, first + PAGE);
      await this.#work.withLoaded(page, async () => {
        for (const key of page) {
          await this.#committer.room(MAX_OPEN);
          this.#work.adopt(key, {}, 'live');
        }
      });
    }
    this.#committer.begin({ foldUntil: null })(NO_EFFECTS);
  }

  /** Clock, words of the intakes, head: in this order, see EvidenceThrough. */
  async #watchHead(signal: AbortSignal): Promise<void> {
    const { intakes, store, now, on, headIntervalMs = 1_000 } = this.#options;
    while (!signal.aborted) {
      const readAt = now();
      try {
        const words = (await intakes?.()) ?? [];
        this.#evidence.headRead(await store.head('frames'), readAt, words);
        if (this.#framesRead !== null) this.#evidence.handedOver(this.#framesRead);
      } catch (error) {
        on?.retried?.(error, null);
      }
      await pause(headIntervalMs, signal);
    }
  }

  /** Silence is decided by the evidence: what was received in time may still be under way. */
  async #watchSilence(signal: AbortSignal): Promise<void> {
    const { tables, on, silenceIntervalMs = 1_000 } = this.#options;
    while (!signal.aborted) {
      await pause(silenceIntervalMs, signal);
      const through = this.#foldUntil === null ? latestOf(this.#evidence.all()) : null;
      if (through === null || signal.aborted) continue;
      try {
        const due = await tables.silentBy(through, PAGE);
        await Promise.all(due.map((device) => this.#fallSilent(device)));
      } catch (error) {
        if (!signal.aborted) on?.retried?.(error, null);
      }
    }
  }

  async #fallSilent({ tenantId, devEui, staleDueAt }: SilentDevice): Promise<void> {
    const through = this.#evidence.of(tenantId);
    if (through === null || through < staleDueAt) return;
    await this.#work.silence({ tenantId, devEui }, through);
  }

  async #retryParked(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(this.#options.retryParkedMs ?? 300_000, signal);
      if (!signal.aborted) this.#work.retryParked();
    }
  }
}

function keyOf(frame: Frame): DeviceKey | null {
  return frame.devEui === null ? null : { tenantId: frame.tenantId, devEui: frame.devEui };
}

function latestOf(evidence: Evidence | null): Instant | null {
  if (evidence === null) return null;
  return [...evidence.byTenant.values()].reduce(laterOf, evidence.through);
}
