import { type Stay } from './measure.ts';
import { clipAll, type Span, type Window } from './spans.ts';

/** What does not add up over windows: it is worked out from the stays themselves, for one window at a time. */
export interface StayFigures {
  readonly sessions_touching: number;
  readonly open_at_end: number;
  readonly dwell_median_s: number | null;
  readonly peak_simultaneous: number;
}

export function stayFigures(
  stays: readonly Stay[],
  occupied: readonly (readonly Span[])[],
  window: Window,
  dwellUncertaintyMaxS: number,
): StayFigures {
  const real = stays.filter(({ start, end }) => end === null || end > start);
  const { lo, hi } = window;
  const touching = real.filter(({ start, end }) => start < hi && (end === null || end > lo));
  const open = real.filter(({ start, end }) => start < hi && (end === null || end >= hi));
  const dwells = real.flatMap(({ start, end, uncertaintyS, departed }) =>
    end !== null && departed && lo <= end && end < hi && uncertaintyS <= dwellUncertaintyMaxS
      ? [end - start]
      : [],
  );
  return {
    sessions_touching: touching.length,
    open_at_end: open.length,
    dwell_median_s: median(dwells),
    peak_simultaneous: peakSimultaneous(occupied, window),
  };
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return null;
  const lower = sorted.length % 2 === 1 ? upper : (sorted[middle - 1] ?? upper);
  return (lower + upper) / 2;
}

/** The largest number of spaces occupied at one instant. At equal instants an end comes before a start. */
export function peakSimultaneous(occupied: readonly (readonly Span[])[], window: Window): number {
  const changes = occupied
    .flatMap((spans) => clipAll(spans, window))
    .flatMap(({ lo, hi }) => [
      { at: lo, by: 1 },
      { at: hi, by: -1 },
    ]);
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  let now = 0;
  let peak = 0;
  for (const { by } of changes) {
    now += by;
    peak = Math.max(peak, now);
  }
  return peak;
}

/** The bucket with most occupied time; the earliest among equals. */
export function peakOf<B extends { readonly occupied_s: number }>(buckets: readonly B[]): B | null {
  let peak: B | null = null;
  for (const bucket of buckets) if (peak === null || bucket.occupied_s > peak.occupied_s) peak = bucket;
  return peak;
}
