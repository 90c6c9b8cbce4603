/** Percentiles of milliseconds, and a small picture of their distribution. */
export interface Summary {
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export function summarise(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN);
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

const BOUNDS = [2, 5, 10, 20, 50, 100, 150, 250, 500, 1000, Infinity];

export function picture(values: readonly number[]): string[] {
  return BOUNDS.map((bound, index) => {
    const from = BOUNDS[index - 1] ?? 0;
    const count = values.filter((value) => value >= from && value < bound).length;
    const bar = '#'.repeat(Math.round((count / Math.max(1, values.length)) * 50));
    return `  < ${String(bound).padStart(8)} ms ${String(count).padStart(7)} ${bar}`;
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
