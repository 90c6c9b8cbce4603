import { type Measures } from './measure.ts';

export type Basis = 'calendar' | 'open_hours';

/** What is derived from sums: sum seconds first, divide last. Null where there is nothing to divide by, never 0 or NaN. */
export interface Ratios {
  readonly calendar_s: number;
  readonly available_s: number;
  readonly observed_s: number;
  readonly occupancy_ratio: number | null;
  readonly coverage: number | null;
  readonly occupancy_lower: number | null;
  readonly occupancy_upper: number | null;
  readonly turnover_per_space_hour: number | null;
  readonly parking_load_space_hours: number;
  readonly dwell_avg_s: number | null;
}

export function ratiosOf(sums: Measures): Ratios {
  const { oos_s, unknown_s, occupied_s, vacant_s, arrivals, dwell_sum_s, dwell_n } = sums;
  const observed = occupied_s + vacant_s;
  const available = observed + unknown_s;
  return {
    calendar_s: available + oos_s,
    available_s: available,
    observed_s: observed,
    occupancy_ratio: divided(occupied_s, observed),
    coverage: divided(observed, available),
    occupancy_lower: divided(occupied_s, available),
    occupancy_upper: divided(occupied_s + unknown_s, available),
    turnover_per_space_hour: divided(arrivals * 3600, observed),
    parking_load_space_hours: occupied_s / 3600,
    dwell_avg_s: divided(dwell_sum_s, dwell_n),
  };
}

/** With the basis of opening hours, closed time counts as out of service. */
export function onBasis(sums: Measures, basis: Basis): Measures {
  if (basis === 'calendar') return sums;
  const { closed_unknown_s, closed_occupied_s, closed_vacant_s } = sums;
  return {
    ...sums,
    oos_s: sums.oos_s + closed_unknown_s + closed_occupied_s + closed_vacant_s,
    unknown_s: sums.unknown_s - closed_unknown_s,
    occupied_s: sums.occupied_s - closed_occupied_s,
    vacant_s: sums.vacant_s - closed_vacant_s,
    closed_unknown_s: 0,
    closed_occupied_s: 0,
    closed_vacant_s: 0,
  };
}

/** CDS has one value for "how full": −1 where nobody knew for most of the time. */
export function cdsOccupancy(sums: Measures): number | null {
  const { occupancy_ratio, available_s } = ratiosOf(sums);
  return sums.unknown_s * 2 > available_s ? -1 : occupancy_ratio;
}

function divided(a: number, b: number): number | null {
  return b === 0 ? null : a / b;
}
