import {
  type DeviceKey,
  type DeviceRow,
  type KeptLine,
  type ParkedDevice,
  type ReadingRow,
  type SensorCheckpoint,
  type SensorCommit,
  type SensorLease,
  type SensorTables,
  type SilentDevice,
} from '../../application/ports/sensor-tables.ts';
import { type Instant } from '../../domain/time/instant.ts';

const EMPTY: SensorCheckpoint = { frames: null, devices: null, foldUntil: null };

/** The tables of the sensor process in memory: for tests and the simulator. */
export class MemorySensorTables implements SensorTables {
  readonly #now: () => number;
  readonly #rows = new Map<string, ReadingRow>();
  readonly #devices = new Map<string, DeviceRow>();
  readonly #parked = new Map<string, ParkedDevice>();
  #checkpoint = EMPTY;
  #owner: string | null = null;
  #leaseUntil = 0;
  #epoch = 0;
  #version = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  acquire(owner: string, leaseMs: number) {
    if (this.#owner !== null && this.#owner !== owner && this.#leaseUntil > this.#now()) {
      return Promise.resolve(null);
    }
    this.#owner = owner;
    this.#epoch += 1;
    this.#leaseUntil = this.#now() + leaseMs;
    const lease: SensorLease = { owner, epoch: this.#epoch, version: this.#version };
    return Promise.resolve({ lease, checkpoint: this.#checkpoint });
  }

  renew(lease: SensorLease, leaseMs: number): Promise<boolean> {
    if (lease.epoch !== this.#epoch) return Promise.resolve(false);
    this.#leaseUntil = this.#now() + leaseMs;
    return Promise.resolve(true);
  }

  release(lease: SensorLease): Promise<void> {
    if (lease.epoch === this.#epoch) this.#owner = null;
    return Promise.resolve();
  }

  commit(lease: SensorLease, commit: SensorCommit): Promise<SensorLease | null> {
    if (lease.epoch !== this.#epoch || lease.version !== this.#version) return Promise.resolve(null);
    for (const row of commit.rows) {
      const key = `${row.tenantId}/${row.frameId}`;
      if (!this.#rows.has(key)) this.#rows.set(key, row);
    }
    for (const change of commit.outcomes) {
      const key = `${change.tenantId}/${change.frameId}`;
      const row = this.#rows.get(key);
      if (row !== undefined) this.#rows.set(key, { ...row, ...change });
    }
    for (const device of commit.devices) this.#devices.set(keyOf(device), device);
    for (const device of commit.unparked) this.#parked.delete(keyOf(device));
    for (const device of commit.parked) this.#parked.set(keyOf(device), device);
    this.#checkpoint = commit.checkpoint;
    this.#version += 1;
    return Promise.resolve({ ...lease, version: this.#version });
  }

  devices(keys: readonly DeviceKey[]): Promise<readonly DeviceRow[]> {
    return Promise.resolve(keys.flatMap((key) => this.#devices.get(keyOf(key)) ?? []));
  }

  waiting(): Promise<readonly DeviceKey[]> {
    return Promise.resolve([...this.#devices.values()].filter(({ isWaiting }) => isWaiting));
  }

  parked(): Promise<readonly ParkedDevice[]> {
    return Promise.resolve([...this.#parked.values()]);
  }

  silentBy(through: Instant, limit: number): Promise<readonly SilentDevice[]> {
    const due = this.allDevices().flatMap(({ tenantId, devEui, staleDueAt }) =>
      staleDueAt === null || staleDueAt > through ? [] : [{ tenantId, devEui, staleDueAt }],
    );
    return Promise.resolve(due.sort((a, b) => compare(a.staleDueAt, b.staleDueAt)).slice(0, limit));
  }

  line(key: DeviceKey, from: Instant, before: number): Promise<KeptLine> {
    const all = this.allReadings().filter(
      (row) =>
        row.tenantId === key.tenantId &&
        row.devEui === key.devEui &&
        (row.kind === 'up' || row.kind === 'join'),
    );
    const first = all.findIndex((row) => row.effectiveAt >= from);
    const begin = Math.max(0, (first === -1 ? all.length : first) - before);
    return Promise.resolve({ rows: all.slice(begin), isWhole: begin === 0 });
  }

  /** As if the owner had been cut off for too long: the next one may take over. */
  endLease(): void {
    this.#leaseUntil = 0;
  }

  /** In the order of the table's index. */
  allReadings(): readonly ReadingRow[] {
    return [...this.#rows.values()].sort(
      (a, b) =>
        compare(a.tenantId, b.tenantId) ||
        compare(a.devEui ?? '', b.devEui ?? '') ||
        compare(a.effectiveAt, b.effectiveAt) ||
        compare(a.frameId, b.frameId),
    );
  }

  allDevices(): readonly DeviceRow[] {
    return [...this.#devices.values()].sort((a, b) => compare(keyOf(a), keyOf(b)));
  }
}

function keyOf({ tenantId, devEui }: DeviceKey): string {
  return `${tenantId}/${devEui}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
