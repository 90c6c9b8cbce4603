/** Wall time somewhere: what a clock on the wall shows, and how far it is ahead of UTC. */
export interface LocalTime {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly hour: number;
  readonly offsetS: number;
}

const OFFSETS_KEPT = 10_000;
const QUARTER_S = 900;

/**
 * A time zone's clock, from the time-zone database of the runtime. All instants are epoch seconds. Answers are kept for
 * a while: one costs microseconds, and histories ask for the same hours over and over.
 */
export class LocalClock {
  readonly timeZone: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  /** Throws RangeError for a name that is no time zone. */
  constructor(timeZone: string) {
    this.timeZone = timeZone;
    this.#format = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
      timeZone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      hourCycle: 'h23',
    });
  }

  /** Offsets change at full quarters of an hour, as far back as anybody parks. */
  offsetAt(epochS: number): number {
    const quarter = Math.floor(epochS / QUARTER_S);
    const kept = this.#offsets.get(quarter);
    if (kept !== undefined) return kept;
    if (this.#offsets.size >= OFFSETS_KEPT) this.#offsets.clear();
    const offset = this.#readOffset(quarter * QUARTER_S);
    this.#offsets.set(quarter, offset);
    return offset;
  }

  at(epochS: number): LocalTime {
    const offsetS = this.offsetAt(epochS);
    const wall = new Date((epochS + offsetS) * 1000);
    return { date: wall.toISOString().slice(0, 10), hour: wall.getUTCHours(), offsetS };
  }

  /** The first instant in [from, to] at which the offset differs from that at `from`; null: it stays. */
  changeBetween(from: number, to: number): number | null {
    const before = this.offsetAt(from);
    let [low, high] = [Math.floor(from / QUARTER_S), Math.floor(to / QUARTER_S)];
    if (this.offsetAt(high * QUARTER_S) === before) return null;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.offsetAt(middle * QUARTER_S) === before) low = middle;
      else high = middle;
    }
    return high * QUARTER_S;
  }

  /** The instant of a wall time. One that does not exist moves forward by the gap; of two the earlier counts (R19). */
  instantOf(date: string, minutes: number): number {
    const wall = Date.parse(`${date}T00:00:00Z`) / 1000 + minutes * 60;
    return this.instantsOf(wall)[0] ?? wall - this.offsetAt(wall - 86_400);
  }

  /**
   * When clocks there showed a wall time, given as epoch seconds as if it were UTC; in order. None in the hour that is
   * left out when clocks go forward, two in the hour that comes twice.
   */
  instantsOf(wall: number): readonly number[] {
    const offsets = new Set([this.offsetAt(wall - 86_400), this.offsetAt(wall + 86_400)]);
    return [...offsets]
      .map((offset) => wall - offset)
      .filter((candidate) => candidate + this.offsetAt(candidate) === wall)
      .sort((a, b) => a - b);
  }

  /** The first instant of a local date. */
  startOfDay(date: string): number {
    const midnight = Date.parse(`${date}T00:00:00Z`) / 1000;
    // Offsets lie within −12 and +14 hours; local dates only grow.
    let [low, high] = [midnight - 15 * 3600, midnight + 15 * 3600];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.at(middle).date >= date) high = middle;
      else low = middle;
    }
    return high;
  }

  #readOffset(epochS: number): number {
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(epochS * 1000)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - epochS;
  }
}
