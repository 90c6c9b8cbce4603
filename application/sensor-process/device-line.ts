import { type DeviceState } from '../../domain/device/state.ts';
import { type DeviceKey, type ReadingRow } from '../ports/sensor-tables.ts';
import { type DeviceFold } from './device-fold.ts';

/** A device in memory. Only the task whose turn it is on this device may touch it. */
export interface DeviceLine {
  readonly key: DeviceKey;
  fold: DeviceFold;
  /** As its stream had it when last told; null: not looked at yet. */
  device: DeviceState | null;
  parked: boolean;
  /** Tasks begun and not yet in the tables. While there are any, memory is ahead of the tables. */
  pending: number;
  /** Readings on their way into the tables, in the order of their tasks: whoever asks the tables has to add them. */
  unwritten: readonly ReadingRow[];
}

export function lineKey({ tenantId, devEui }: DeviceKey): string {
  return `${tenantId}/${devEui}`;
}

/** The devices in memory, the longest unused forgotten first; never one whose tables are behind. */
export class DeviceLines {
  readonly #lines = new Map<string, DeviceLine>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  has(key: DeviceKey): boolean {
    return this.#lines.has(lineKey(key));
  }

  get(key: DeviceKey): DeviceLine | undefined {
    const id = lineKey(key);
    const line = this.#lines.get(id);
    if (line === undefined) return undefined;
    this.#lines.delete(id);
    this.#lines.set(id, line);
    return line;
  }

  add(line: DeviceLine): void {
    this.#lines.set(lineKey(line.key), line);
    if (this.#lines.size <= this.#capacity) return;
    for (const [id, oldest] of this.#lines) {
      if (oldest.pending > 0 || oldest === line) continue;
      this.#lines.delete(id);
      return;
    }
  }

  values(): IterableIterator<DeviceLine> {
    return this.#lines.values();
  }
}
