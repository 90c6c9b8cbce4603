import { clip, clipAll, merged, secondsOf, type Span, type Window, within, without } from './spans.ts';

/** A stay. `departed` false: it ended with the bay (decommissioned), which is no departure. */
export interface Stay {
  readonly start: number;
  readonly end: number | null;
  readonly uncertaintyS: number;
  readonly departed: boolean;
}

/** The physical history of one space: what lies in none of the lists was vacant. */
export interface SpaceHistory {
  readonly exists: Span;
  readonly occupied: readonly Span[];
  readonly unknown: readonly Span[];
  /** Overrides of the kinds that mean MAINTENANCE. */
  readonly outOfService: readonly Span[];
  /** Closed by opening hours. */
  readonly closed: readonly Span[];
  readonly stays: readonly Stay[];
}

/** What adds up over time and over spaces: whole seconds and counts, nothing else. */
export interface Measures {
  readonly oos_s: number;
  readonly unknown_s: number;
  readonly occupied_s: number;
  readonly vacant_s: number;
  /** The parts of the three above that lie in closed time. */
  readonly closed_unknown_s: number;
  readonly closed_occupied_s: number;
  readonly closed_vacant_s: number;
  readonly arrivals: number;
  readonly departures: number;
  /** Of stays that ended in the window, in full length, as far as their uncertainty is within the policy. */
  readonly dwell_sum_s: number;
  readonly dwell_n: number;
  /** Stays that ended in the window and are too uncertain to count. */
  readonly dwell_n_uncertain: number;
}

export const DWELL_UNCERTAINTY_MAX_S = 900;

export const noMeasures: Measures = {
  oos_s: 0,
  unknown_s: 0,
  occupied_s: 0,
  vacant_s: 0,
  closed_unknown_s: 0,
  closed_occupied_s: 0,
  closed_vacant_s: 0,
  arrivals: 0,
  departures: 0,
  dwell_sum_s: 0,
  dwell_n: 0,
  dwell_n_uncertain: 0,
};

/**
 * The measures of one space in [lo, hi) (utilization-and-standards.md §3.2). Each second of its existence is counted
 * once, by precedence: out of service, unknown, occupied, vacant. One rule for every instant: lo ≤ t < hi.
 */
export function measure(history: SpaceHistory, window: Window): Measures {
  return { ...measureTime(history, window), ...measureStays(history.stays, window) };
}

type TimeMeasures = Pick<
  Measures,
  | 'oos_s'
  | 'unknown_s'
  | 'occupied_s'
  | 'vacant_s'
  | 'closed_unknown_s'
  | 'closed_occupied_s'
  | 'closed_vacant_s'
>;

function measureTime(history: SpaceHistory, window: Window): TimeMeasures {
  const alive = clip(history.exists, window);
  if (alive === null) return noMeasures;
  const part = (spans: readonly Span[]): Window[] => merged(clipAll(spans, alive));
  const oos = part(history.outOfService);
  const inService = without([alive], oos);
  const unknown = within(inService, part(history.unknown));
  const observed = without(inService, unknown);
  const occupied = within(observed, part(history.occupied));
  const vacant = without(observed, occupied);
  const closed = part(history.closed);
  const closedSeconds = (windows: readonly Window[]): number => secondsOf(within(windows, closed));
  return {
    oos_s: secondsOf(oos),
    unknown_s: secondsOf(unknown),
    occupied_s: secondsOf(occupied),
    vacant_s: secondsOf(vacant),
    closed_unknown_s: closedSeconds(unknown),
    closed_occupied_s: closedSeconds(occupied),
    closed_vacant_s: closedSeconds(vacant),
  };
}

type StayMeasures = Omit<Measures, keyof TimeMeasures>;

/** Time is clipped to the window, dwell is not: a stay's whole length counts where it ended. */
function measureStays(stays: readonly Stay[], { lo, hi }: Window): StayMeasures {
  const counts = { arrivals: 0, departures: 0, dwell_sum_s: 0, dwell_n: 0, dwell_n_uncertain: 0 };
  for (const { start, end, uncertaintyS, departed } of stays) {
    // Of no length: no stay.
    if (end !== null && end <= start) continue;
    if (lo <= start && start < hi) counts.arrivals += 1;
    if (end === null || end < lo || end >= hi || !departed) continue;
    counts.departures += 1;
    if (uncertaintyS > DWELL_UNCERTAINTY_MAX_S) {
      counts.dwell_n_uncertain += 1;
    } else {
      counts.dwell_n += 1;
      counts.dwell_sum_s += end - start;
    }
  }
  return counts;
}

export function addMeasures(a: Measures, b: Measures): Measures {
  const sum = { ...a } as { -readonly [K in keyof Measures]: number };
  for (const key of Object.keys(noMeasures) as (keyof Measures)[]) sum[key] += b[key];
  return sum;
}
