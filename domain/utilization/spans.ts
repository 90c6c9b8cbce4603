/** A half-open stretch of time in whole epoch seconds; `to` null: no end yet. */
export interface Span {
  readonly from: number;
  readonly to: number | null;
}

export interface Window {
  readonly lo: number;
  readonly hi: number;
}

/** The part of a span inside a window, or null. */
export function clip({ from, to }: Span, { lo, hi }: Window): Window | null {
  const clipped = { lo: Math.max(from, lo), hi: Math.min(to ?? Infinity, hi) };
  return clipped.lo < clipped.hi ? clipped : null;
}

export function clipAll(spans: readonly Span[], window: Window): Window[] {
  return spans.flatMap((span) => clip(span, window) ?? []);
}

/** The same time, ordered, without overlaps. */
export function merged(windows: readonly Window[]): Window[] {
  const result: { lo: number; hi: number }[] = [];
  for (const { lo, hi } of [...windows].sort((a, b) => a.lo - b.lo)) {
    const last = result.at(-1);
    if (last !== undefined && lo <= last.hi) last.hi = Math.max(last.hi, hi);
    else result.push({ lo, hi });
  }
  return result;
}

/** What lies in `windows` and in none of `others`. Both merged. */
export function without(windows: readonly Window[], others: readonly Window[]): Window[] {
  const result: Window[] = [];
  for (const { lo, hi } of windows) {
    let from = lo;
    for (const other of others) {
      if (other.hi <= from || other.lo >= hi) continue;
      if (other.lo > from) result.push({ lo: from, hi: other.lo });
      from = Math.max(from, other.hi);
    }
    if (from < hi) result.push({ lo: from, hi });
  }
  return result;
}

/** What lies in both. Both merged. */
export function within(windows: readonly Window[], others: readonly Window[]): Window[] {
  return windows.flatMap(({ lo, hi }) =>
    clipAll(
      others.map((other) => ({ from: other.lo, to: other.hi })),
      { lo, hi },
    ),
  );
}

export function secondsOf(windows: readonly Window[]): number {
  return windows.reduce((sum, { lo, hi }) => sum + hi - lo, 0);
}
