import { type DeviceKey } from '../ports/sensor-tables.ts';
import { lineKey } from './device-line.ts';

/** The second step of an assignment follows the first within milliseconds, or within a minute after a crash. */
const PAUSES_MS = [100, 400, 1_500, 6_000, 20_000, 60_000, 300_000] as const;

interface Scheduled {
  readonly timer: ReturnType<typeof setTimeout> | null;
  readonly attempt: number;
}

/** Devices whose space did not know of them yet, to be offered again after a while, ever longer, and then no more. */
export class OfferLater {
  readonly #offer: (key: DeviceKey) => void;
  readonly #scheduled = new Map<string, Scheduled>();

  constructor(offer: (key: DeviceKey) => void) {
    this.#offer = offer;
  }

  schedule(key: DeviceKey): void {
    const id = lineKey(key);
    const before = this.#scheduled.get(id);
    if (before !== undefined && before.timer !== null) return;
    const attempt = before === undefined ? 0 : before.attempt + 1;
    const ms = PAUSES_MS[attempt];
    if (ms === undefined) return;
    const timer = setTimeout(() => {
      this.#scheduled.set(id, { timer: null, attempt });
      this.#offer(key);
    }, ms);
    this.#scheduled.set(id, { timer, attempt });
  }

  /** Its space has taken everything. */
  settled(key: DeviceKey): void {
    const id = lineKey(key);
    const before = this.#scheduled.get(id);
    if (before === undefined) return;
    if (before.timer !== null) clearTimeout(before.timer);
    this.#scheduled.delete(id);
  }

  stop(): void {
    for (const { timer } of this.#scheduled.values()) if (timer !== null) clearTimeout(timer);
    this.#scheduled.clear();
  }
}
