import { epochSecond } from '../../domain/time/instant.ts';
import { type ClockInForce } from '../../domain/utilization/buckets.ts';
import { LocalClock } from '../../domain/utilization/local-clock.ts';
import { closedSpans } from '../../domain/utilization/opening-hours.ts';
import { type Span, type Window } from '../../domain/utilization/spans.ts';
import { type SiteRow } from '../sites/table.ts';

/** Clocks by time zone: making one costs much more than asking it. */
export class Clocks {
  readonly #clocks = new Map<string, LocalClock>();

  of(timeZone: string): LocalClock {
    const known = this.#clocks.get(timeZone);
    if (known !== undefined) return known;
    const clock = new LocalClock(timeZone);
    this.#clocks.set(timeZone, clock);
    return clock;
  }
}

export type CalendarOfSite = Pick<SiteRow, 'time_zone' | 'time_zones' | 'opening_hours'>;

/** Which clock and which opening hours a site has when. */
export class SiteCalendar {
  readonly #clocks: readonly ClockInForce[];
  readonly #hours: CalendarOfSite['opening_hours'];

  constructor(site: CalendarOfSite, clocks: Clocks) {
    const zones = [{ from: -Infinity, timeZone: site.time_zone }];
    for (const entry of site.time_zones)
      zones.push({ from: epochSecond(entry.valid_from), timeZone: entry.time_zone });
    this.#clocks = zones.map(({ from, timeZone }, index) => ({
      from,
      to: zones[index + 1]?.from ?? Infinity,
      clock: clocks.of(timeZone),
    }));
    this.#hours = site.opening_hours;
  }

  clockAt(epochS: number): ClockInForce {
    const found = this.#clocks.findLast(({ from }) => from <= epochS);
    if (found === undefined) throw new RangeError(`no clock at ${epochS}`);
    return found;
  }

  closed(window: Window): Span[] {
    if (this.#hours.length === 0) return [];
    return this.#stretches(window).flatMap((part) => {
      const hours = this.#hours.findLast((entry) => epochSecond(entry.valid_from) <= part.lo) ?? null;
      return closedSpans(hours, this.clockAt(part.lo).clock, part);
    });
  }

  /** The window, cut where another clock or other hours come into force. */
  #stretches({ lo, hi }: Window): Window[] {
    const cuts = [
      ...this.#clocks.map(({ from }) => from),
      ...this.#hours.map((entry) => epochSecond(entry.valid_from)),
    ];
    const bounds = [lo, ...cuts.filter((cut) => cut > lo && cut < hi).sort((a, b) => a - b), hi];
    return bounds.slice(0, -1).map((from, index) => ({ lo: from, hi: bounds[index + 1] ?? hi }));
  }
}
