import { type DeviceState, initialDevice } from '../../domain/device/state.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { OneAtATime } from '../commands/one-at-a-time.ts';
import { type DeviceKey, type SensorCheckpoint, type SensorTables } from '../ports/sensor-tables.ts';
import { adopt } from './adopt.ts';
import { type Committer } from './committer.ts';
import { NEW_FOLD, readFold } from './device-fold.ts';
import { type DeviceLine, DeviceLines, lineKey } from './device-line.ts';
import { type Effects, NO_EFFECTS } from './effects.ts';
import { type Frame } from './frame-input.ts';
import { type FrameContext, handleFrame, type Handled, type Mode } from './handle-frame.ts';
import { OfferLater } from './offer-later.ts';
import { type SensorProcessOptions } from './options.ts';
import { fallSilent } from './silence.ts';
import { Spaces } from './spaces.ts';
import { Slots, untilDone } from './trying.ts';
import { pause, untilAnswered } from './waiting.ts';

const AT_ONCE = 128;

/** The tasks of the devices: one after the other for each device, many devices side by side. */
export class DeviceWork {
  readonly #options: SensorProcessOptions;
  readonly #committer: Committer;
  readonly #signal: AbortSignal;
  readonly #fail: (error: unknown) => void;
  readonly #context: FrameContext;
  readonly #devices: SensorTables['devices'];
  readonly #lines: DeviceLines;
  readonly #turns = new OneAtATime<string>();
  readonly #slots = new Slots(AT_ONCE);
  readonly #later: OfferLater;
  readonly #parked = new Map<string, DeviceKey>();

  constructor(
    options: SensorProcessOptions,
    committer: Committer,
    signal: AbortSignal,
    fail: (error: unknown) => void,
  ) {
    const { handlers, decoder, now, tables } = options;
    this.#options = options;
    this.#committer = committer;
    this.#signal = signal;
    this.#fail = fail;
    this.#lines = new DeviceLines(options.devicesInMemory ?? 50_000);
    this.#later = new OfferLater((key) => this.offerOpen(key));
    this.#devices = (keys) => this.#answered(() => tables.devices(keys));
    this.#context = {
      handlers,
      decoder,
      now,
      spaces: new Spaces(handlers, now),
      tables: { line: (...query) => this.#answered(() => tables.line(...query)) },
    };
  }

  get parked(): readonly DeviceKey[] {
    return [...this.#parked.values()];
  }

  markParked(keys: readonly DeviceKey[]): void {
    for (const key of keys) this.#parked.set(lineKey(key), key);
  }

  stop(): void {
    this.#later.stop();
  }

  /** Resolves when the frame has been handled, whether or not it is in the tables yet. */
  frame(key: DeviceKey, frame: Frame, positions: Partial<SensorCheckpoint>, mode: Mode): Promise<void> {
    const line = this.#line(key);
    const work = async (): Promise<Handled> =>
      handleFrame(this.#context, line, await this.#deviceOf(line), frame, mode);
    return this.#run(line, positions, work, frame.frameId);
  }

  /** Its silence is due, by all the evidence there is up to `through`. */
  async silence(key: DeviceKey, through: Instant): Promise<void> {
    await this.withLoaded([key], async () => {
      const line = this.#line(key);
      if (line.parked) return;
      const work = async (): Promise<Handled> =>
        fallSilent(this.#context, line, await this.#deviceOf(line), through);
      await this.#run(line, {}, work, null);
    });
  }

  /** Looks at the device's stream anew, and offers its open readings. */
  adopt(key: DeviceKey, positions: Partial<SensorCheckpoint>, mode: Mode): void {
    const line = this.#line(key);
    const work = async (): Promise<Handled> => {
      line.device = null;
      if (line.parked || mode === 'fold') return { fold: line.fold, effects: NO_EFFECTS };
      return adopt(this.#context, line, await this.#deviceOf(line));
    };
    void this.#run(line, positions, work, null);
  }

  /** As {@link adopt}, for a device that may not be in memory. */
  offerOpen(key: DeviceKey): void {
    this.withLoaded([key], () => Promise.resolve(this.adopt(key, {}, 'live'))).catch((error: unknown) => {
      if (!this.#signal.aborted) this.#fail(error);
    });
  }

  /** Tries the parked devices once more; one that fails again is parked again. */
  retryParked(): void {
    for (const key of this.parked) {
      const retry = (): Promise<void> => {
        this.#parked.delete(lineKey(key));
        const line = this.#line(key);
        line.parked = false;
        this.#committer.begin({}, line)({ ...NO_EFFECTS, unparked: key });
        this.adopt(key, {}, 'live');
        return Promise.resolve();
      };
      this.withLoaded([key], retry).catch((error: unknown) => {
        if (!this.#signal.aborted) this.#fail(error);
      });
    }
  }

  /** Brings the folds of devices that are not in memory with one question, and keeps them there during the task. */
  async withLoaded(keys: readonly DeviceKey[], task: () => Promise<void>): Promise<void> {
    const wanted = new Map(keys.map((key) => [lineKey(key), key] as const));
    const unknown = [...wanted.values()].filter((key) => !this.#lines.has(key));
    const known = [...wanted.values()].flatMap((key) => this.#lines.get(key) ?? []);
    for (const line of known) line.pending += 1;
    const rows = unknown.length === 0 ? [] : await this.#devices(unknown);
    const folds = new Map(rows.map((row) => [lineKey(row), row.fold] as const));
    // Another task may have brought one meanwhile, and gone on with it: its fold is the newer one.
    const brought = unknown.map((key) => this.#lines.get(key) ?? this.#newLine(key, folds.get(lineKey(key))));
    for (const line of brought) line.pending += 1;
    try {
      await task();
    } finally {
      for (const line of [...known, ...brought]) line.pending -= 1;
    }
  }

  #newLine(key: DeviceKey, fold: string | undefined): DeviceLine {
    const line: DeviceLine = {
      key,
      fold: fold === undefined ? NEW_FOLD : readFold(fold),
      device: null,
      parked: this.#parked.has(lineKey(key)),
      pending: 0,
      unwritten: [],
    };
    this.#lines.add(line);
    return line;
  }

  #line(key: DeviceKey): DeviceLine {
    const line = this.#lines.get(key);
    if (line === undefined) throw new Error(`device ${lineKey(key)} is not in memory`);
    return line;
  }

  /** In the device's turn, until it is done or the device is parked. Never rejects. */
  async #run(
    line: DeviceLine,
    positions: Partial<SensorCheckpoint>,
    work: () => Promise<Handled>,
    frameId: string | null,
  ): Promise<void> {
    const done = this.#committer.begin(positions, line);
    try {
      await this.#turns.run(lineKey(line.key), async () => {
        await this.#options.giveWay?.();
        const { fold, effects } = await this.#slots.run(() => this.#try(line, work, frameId));
        line.fold = fold;
        line.unwritten = [...line.unwritten, ...effects.rows];
        if (effects.offerAgain) this.#later.schedule(line.key);
        else if (!fold.isWaiting) this.#later.settled(line.key);
        done(effects);
      });
    } catch (error) {
      if (!this.#signal.aborted) this.#fail(error);
    }
  }

  async #try(line: DeviceLine, work: () => Promise<Handled>, frameId: string | null): Promise<Handled> {
    const patience = {
      signal: this.#signal,
      sleep: (ms: number) => pause(ms, this.#signal),
      onRetry: (error: unknown) => this.#options.on?.retried?.(error, line.key),
    };
    const tried = await untilDone(work, patience);
    if (tried.ok) return tried.result;
    line.parked = true;
    this.#parked.set(lineKey(line.key), line.key);
    const reason = tried.reason.slice(0, 500);
    const parked = { ...line.key, since: this.#options.now(), reason, frameId };
    this.#options.on?.parked?.(parked);
    // As a parked device's frame it has its place and its row, and is offered again with those that follow.
    const again = await untilDone(work, patience);
    const effects: Effects = again.ok ? again.result.effects : NO_EFFECTS;
    return { fold: again.ok ? again.result.fold : line.fold, effects: { ...effects, parked } };
  }

  async #deviceOf(line: DeviceLine): Promise<DeviceState> {
    // Its stream may be what cannot be read.
    if (line.parked) return initialDevice;
    const { tenantId, devEui } = line.key;
    line.device ??= (await this.#options.handlers.device.load(tenantId, devEui)).state;
    return line.device;
  }

  #answered<T>(task: () => Promise<T>): Promise<T> {
    return untilAnswered(task, this.#signal, (error) => this.#options.on?.retried?.(error, null));
  }
}
