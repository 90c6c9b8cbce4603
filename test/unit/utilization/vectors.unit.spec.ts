import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  addMeasures,
  DWELL_UNCERTAINTY_MAX_S,
  measure,
  noMeasures,
  type SpaceHistory,
} from '../../../domain/utilization/measure.ts';
import { cdsOccupancy, ratiosOf } from '../../../domain/utilization/ratios.ts';
import { type Span, type Window } from '../../../domain/utilization/spans.ts';
import { peakOf, stayFigures } from '../../../domain/utilization/stays.ts';

type Pair = readonly [string, string | null];
interface Vector {
  readonly name: string;
  readonly window: readonly [string, string];
  readonly input: readonly {
    readonly occ?: readonly Pair[];
    readonly unk?: readonly Pair[];
    readonly oos?: readonly Pair[];
    readonly exists?: Pair;
  }[];
  readonly expected: Readonly<Record<string, number | string | null>>;
}

const shared = process.env['SHARED_DIR'] ?? fileURLToPath(new URL('../../../../shared', import.meta.url));
const file = `${shared}/vectors/utilization.json`;
const isThere = existsSync(file);
const vectors = isThere ? (JSON.parse(readFileSync(file, 'utf8')) as Vector[]) : [];

const seconds = (time: string): number => Date.parse(time) / 1000;
const span = ([from, to]: Pair): Span => ({ from: seconds(from), to: to === null ? null : seconds(to) });

function historyOf(space: Vector['input'][number]): SpaceHistory {
  const occupied = (space.occ ?? []).map(span);
  return {
    exists: space.exists === undefined ? { from: 0, to: null } : span(space.exists),
    occupied,
    unknown: (space.unk ?? []).map(span),
    outOfService: (space.oos ?? []).map(span),
    closed: [],
    stays: occupied.map(({ from, to }) => ({ start: from, end: to, uncertaintyS: 0, departed: true })),
  };
}

function figures(vector: Vector): Record<string, number | string | null> {
  const histories = vector.input.map(historyOf);
  const window: Window = { lo: seconds(vector.window[0]), hi: seconds(vector.window[1]) };
  const sumOf = (part: Window) => histories.map((one) => measure(one, part)).reduce(addMeasures, noMeasures);
  const sums = sumOf(window);
  const stays = stayFigures(
    histories.flatMap((one) => one.stays),
    histories.map((one) => one.occupied),
    window,
    DWELL_UNCERTAINTY_MAX_S,
  );
  const hours: { readonly start: number; readonly occupied_s: number }[] = [];
  for (let lo = window.lo; lo < window.hi; lo += 3600)
    hours.push({ start: lo, occupied_s: sumOf({ lo, hi: lo + 3600 }).occupied_s });
  const peak = peakOf(hours);
  return {
    ...sums,
    ...ratiosOf(sums),
    ...stays,
    sessions_open_at_end: stays.open_at_end,
    cds_value_occupancy: cdsOccupancy(sums),
    cds_turnover_per_hour: (sums.arrivals * 3600) / (window.hi - window.lo),
    peak_hour_start: `${new Date((peak?.start ?? 0) * 1000).toISOString().slice(0, 19)}+00:00`,
    peak_hour_avg_occupied: (peak?.occupied_s ?? 0) / 3600,
  };
}

describe.skipIf(!isThere)(
  `utilization: golden vectors${isThere ? '' : ` (skipped: there is no ${file}; set SHARED_DIR)`}`,
  () => {
    it('there are ten of them, or more', () => {
      expect(vectors.length).toBeGreaterThanOrEqual(10);
    });

    it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
      const actual = figures(vector);
      for (const [name, expected] of Object.entries(vector.expected)) {
        if (typeof expected === 'number') expect(actual[name], name).toBeCloseTo(expected, 8);
        else expect(actual[name], name).toBe(expected);
      }
    });
  },
);
