import { type SensorCheckpoint, type SensorCommit, type SensorLease } from '../ports/sensor-tables.ts';
import { type DeviceLine, lineKey } from './device-line.ts';
import { deviceRow, type KnownDevice } from './device-fold.ts';
import { type Effects } from './effects.ts';
import { LeaseLostError, type SensorProcessOptions } from './options.ts';
import { Prefix } from './prefix.ts';
import { pause, untilAnswered } from './waiting.ts';

interface Item {
  readonly effects: Effects;
  readonly positions: Partial<SensorCheckpoint>;
  readonly line: DeviceLine | null;
}

const MAX_ITEMS = 2_000;
const DEFAULT_LEASE_MS = 10_000;
const DEFAULT_INTERVAL_MS = 20;

/**
 * Writes results and checkpoint in one transaction, never beyond the first task that is still under way: after a crash
 * everything that was not written is done again, and finds its own work.
 */
export class Committer {
  readonly #options: SensorProcessOptions;
  readonly #prefix = new Prefix<Item>();
  readonly #roomWanted = new Set<() => void>();
  #lease: SensorLease;
  #checkpoint: SensorCheckpoint;
  #wake: () => void = () => undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** Results were taken whose writing was not answered: nothing that follows them may be written. */
  #isUnanswered = false;

  constructor(options: SensorProcessOptions, lease: SensorLease, checkpoint: SensorCheckpoint) {
    this.#options = options;
    this.#lease = lease;
    this.#checkpoint = checkpoint;
  }

  /** What is in the tables. */
  get checkpoint(): SensorCheckpoint {
    return this.#checkpoint;
  }

  get lease(): SensorLease {
    return this.#lease;
  }

  /** Tasks begun and not in the tables. */
  get open(): number {
    return this.#prefix.size;
  }

  /** The number that the next task gets. */
  get next(): number {
    return this.#prefix.next;
  }

  begin(positions: Partial<SensorCheckpoint>, line: DeviceLine | null = null): (effects: Effects) => void {
    const { done } = this.#prefix.open();
    if (line !== null) line.pending += 1;
    return (effects) => {
      done({ effects, positions, line });
      this.#wake();
    };
  }

  committedBefore(number: number): Promise<void> {
    return this.#prefix.committedBefore(number);
  }

  /** Resolves when fewer than so many tasks are open: what is read ahead must fit into memory. */
  async room(max: number): Promise<void> {
    while (this.#prefix.size >= max) {
      await new Promise<void>((resolve) => this.#roomWanted.add(resolve));
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#commitUntil(signal), this.#renewUntil(signal)]);
  }

  /** The last word: what was done is written, so that it need not be done again. */
  async finish(): Promise<void> {
    await this.#last.catch(() => undefined);
    const once = new AbortController();
    const giveUp = (): void => once.abort();
    if (!this.#isUnanswered) await this.#commit(once.signal, giveUp).catch(() => undefined);
    await this.#options.tables.release(this.#lease).catch(() => undefined);
  }

  async #commitUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#somethingDone(signal);
      await pause(this.#options.commitIntervalMs ?? DEFAULT_INTERVAL_MS, signal);
      if (signal.aborted) return;
      const committing = this.#commit(signal, (error) => this.#options.on?.retried?.(error, null));
      this.#last = committing.catch(() => undefined);
      await committing;
    }
  }

  async #commit(signal: AbortSignal, onRetry: (error: unknown) => void): Promise<void> {
    const items = this.#prefix.take(MAX_ITEMS);
    if (items.length === 0) return;
    this.#isUnanswered = true;
    const commit = merge(items, this.#checkpoint);
    const { tables } = this.#options;
    const lease = await untilAnswered(() => tables.commit(this.#lease, commit), signal, onRetry);
    if (lease === null) throw new LeaseLostError();
    this.#isUnanswered = false;
    this.#lease = lease;
    this.#checkpoint = commit.checkpoint;
    for (const { effects, line } of items) if (line !== null) written(line, effects);
    this.#prefix.commit();
    const wanted = [...this.#roomWanted];
    this.#roomWanted.clear();
    for (const resolve of wanted) resolve();
  }

  #somethingDone(signal: AbortSignal): Promise<void> {
    if (this.#prefix.isReady || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        if (!this.#prefix.isReady && !signal.aborted) return;
        signal.removeEventListener('abort', wake);
        this.#wake = () => undefined;
        resolve();
      };
      this.#wake = wake;
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  async #renewUntil(signal: AbortSignal): Promise<void> {
    const leaseMs = this.#options.leaseMs ?? DEFAULT_LEASE_MS;
    for (;;) {
      await pause(leaseMs / 3, signal);
      if (signal.aborted) return;
      const renew = () => this.#options.tables.renew(this.#lease, leaseMs);
      const isOurs = await untilAnswered(renew, signal, (error) => this.#options.on?.retried?.(error, null));
      if (!isOurs) throw new LeaseLostError();
    }
  }
}

function written(line: DeviceLine, { rows }: Effects): void {
  line.pending -= 1;
  if (rows.length > 0) line.unwritten = line.unwritten.slice(rows.length);
}

/** Later results of a device replace earlier ones; positions only go forward. */
function merge(items: readonly Item[], before: SensorCheckpoint): SensorCommit {
  const devices = new Map<string, KnownDevice>();
  const parking = new Map<string, Effects>();
  let checkpoint = before;
  for (const { effects, positions } of items) {
    checkpoint = { ...checkpoint, ...positions };
    const { device, parked, unparked } = effects;
    const key = parked ?? unparked;
    if (key !== null) parking.set(lineKey(key), effects);
    if (device !== null) devices.set(lineKey(device.key), device);
  }
  return {
    rows: items.flatMap(({ effects }) => effects.rows),
    outcomes: items.flatMap(({ effects }) => effects.outcomes),
    devices: [...devices.values()].flatMap((device) => deviceRow(device) ?? []),
    parked: [...parking.values()].flatMap(({ parked }) => parked ?? []),
    unparked: [...parking.values()].flatMap(({ unparked }) => unparked ?? []),
    checkpoint,
  };
}
