import { addSeconds, earlierOf, type Instant } from '../time/instant.ts';

/** A half-open stretch of time; `to` null: it lasts. */
export interface Stretch {
  readonly from: Instant;
  readonly to: Instant | null;
}

/** A sensor of a site: when it watched one of the site's spaces, and when it was silent (rule U9). */
export interface SensorOfSite {
  readonly devEui: string;
  readonly watches: readonly Stretch[];
  /** From the deadline that it let pass; what was taken back is none. */
  readonly silences: readonly Stretch[];
}

/** Many sensors of a site fell silent at once (rule U10). */
export interface WholeSilence {
  /** The first of the deadlines that made it one. */
  readonly since: Instant;
  /** When there were enough of them. */
  readonly detectedAt: Instant;
  /** So many were silent then. */
  readonly devices: number;
  /** When too few were silent to go on; null: it lasts. */
  readonly endedAt: Instant | null;
  /** So many fell silent from first to last. */
  readonly devicesInAll: number;
}

/** So far apart may the deadlines of one silence lie. */
export const SILENCE_WINDOW_S = 900;
const FEWEST_DEVICES = 5;
const LEAST_PER_CENT = 30;

/** Fewer devices than five say nothing of their gateway, nor do a few among many. */
function isWhole(silent: number, watching: number): boolean {
  return watching >= FEWEST_DEVICES && silent * 100 >= watching * LEAST_PER_CENT;
}

interface Fallen {
  readonly devEui: string;
  readonly deadline: Instant;
}

interface Change {
  readonly at: Instant;
  readonly watching: -1 | 0 | 1;
  readonly falls?: Fallen;
  readonly rises?: Fallen;
}

/**
 * The silences of a whole site up to `through`, oldest first: pure, so they are the same in whatever order the facts
 * came. What is said of an instant depends on nothing later: facts that come in order never change what was said.
 *
 * - One begins when at least 30 % of at least five watching sensors are silent and their deadlines lie within 15
 *   minutes; a sensor that has been silent for longer is a case of its own.
 * - Whoever falls silent meanwhile belongs to it.
 * - It ends when those of it that are still silent are fewer than would begin one. They do not count again.
 */
export function wholeSilences(devices: readonly SensorOfSite[], through: Instant): readonly WholeSilence[] {
  const silences: WholeSilence[] = [];
  const silent = new Silent();
  let watching = 0;
  let current: WholeSilence | null = null;
  let members = new Set<string>();
  for (const { at, changes } of byInstant(devices.flatMap(changesOf), through)) {
    for (const change of changes) {
      watching += change.watching;
      if (change.rises !== undefined) silent.remove(change.rises);
    }
    for (const { falls } of changes) {
      if (falls === undefined) continue;
      silent.add(falls);
      if (current !== null) members.add(falls.devEui);
    }
    if (current === null) {
      silent.forgetBefore(addSeconds(at, -SILENCE_WINDOW_S));
      const { first } = silent;
      const count = silent.devices.size;
      if (first === null || !isWhole(count, watching)) continue;
      members = new Set(silent.devices.keys());
      current = { since: first.deadline, detectedAt: at, devices: count, endedAt: null, devicesInAll: count };
    } else if (!isWhole(silent.devices.size, watching)) {
      silences.push({ ...current, endedAt: at, devicesInAll: members.size });
      current = null;
      silent.forgetAll();
    }
  }
  return current === null ? silences : [...silences, { ...current, devicesInAll: members.size }];
}

/** Who is silent and counts, in the order of the deadlines: counted as they come and go, since a site may have thousands. */
class Silent {
  readonly #fallen = new Set<Fallen>();
  readonly #times = new Map<string, number>();

  get first(): Fallen | null {
    return this.#fallen.values().next().value ?? null;
  }

  /** By EUI, each with the number of its silences. */
  get devices(): ReadonlyMap<string, number> {
    return this.#times;
  }

  add(fallen: Fallen): void {
    this.#fallen.add(fallen);
    this.#times.set(fallen.devEui, (this.#times.get(fallen.devEui) ?? 0) + 1);
  }

  /** Nothing where it does not count any more. */
  remove(fallen: Fallen): void {
    if (!this.#fallen.delete(fallen)) return;
    const times = (this.#times.get(fallen.devEui) ?? 1) - 1;
    if (times === 0) this.#times.delete(fallen.devEui);
    else this.#times.set(fallen.devEui, times);
  }

  forgetBefore(earliest: Instant): void {
    for (const fallen of this.#fallen) {
      if (fallen.deadline >= earliest) return;
      this.remove(fallen);
    }
  }

  forgetAll(): void {
    this.#fallen.clear();
    this.#times.clear();
  }
}

/** A silence is the site's as long as the sensor goes on to watch there: then it is another site's, or nobody's. */
function changesOf({ devEui, watches, silences }: SensorOfSite): readonly Change[] {
  const merged = mergedStretches(watches);
  const changes = merged.flatMap(({ from, to }): Change[] => [
    { at: from, watching: 1 },
    ...(to === null ? [] : [{ at: to, watching: -1 } as const]),
  ]);
  for (const { from: deadline, to: heardAt } of silences) {
    const watch = merged.find(({ from, to }) => from <= deadline && (to === null || deadline < to));
    if (watch === undefined || (heardAt !== null && heardAt <= deadline)) continue;
    const fallen: Fallen = { devEui, deadline };
    const ends = [heardAt, watch.to].filter((end) => end !== null);
    changes.push({ at: deadline, watching: 0, falls: fallen });
    if (ends.length > 0) changes.push({ at: ends.reduce(earlierOf), watching: 0, rises: fallen });
  }
  return changes;
}

/** From one bay of the site to the next: it watched the site all the time. */
function mergedStretches(stretches: readonly Stretch[]): readonly Stretch[] {
  const merged: Stretch[] = [];
  const lasting = stretches.filter(({ from, to }) => to === null || from < to);
  for (const next of [...lasting].sort((a, b) => compare(a.from, b.from))) {
    const last = merged.at(-1);
    if (last === undefined || (last.to !== null && last.to < next.from)) merged.push(next);
    else if (last.to !== null && (next.to === null || next.to > last.to)) {
      merged[merged.length - 1] = { from: last.from, to: next.to };
    }
  }
  return merged;
}

/** All that changes at one instant counts at once. */
function byInstant(
  changes: readonly Change[],
  through: Instant,
): readonly { readonly at: Instant; readonly changes: readonly Change[] }[] {
  const groups = new Map<Instant, Change[]>();
  for (const change of changes) {
    if (change.at > through) continue;
    const group = groups.get(change.at);
    if (group === undefined) groups.set(change.at, [change]);
    else group.push(change);
  }
  return [...groups].sort(([a], [b]) => compare(a, b)).map(([at, atOnce]) => ({ at, changes: atOnce }));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
