import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMeasures, measure, noMeasures, type SpaceHistory } from '../../../domain/utilization/measure.ts';
import { onBasis, ratiosOf } from '../../../domain/utilization/ratios.ts';
import { type Span } from '../../../domain/utilization/spans.ts';

const span = fc
  .tuple(fc.nat(1000), fc.option(fc.nat(300)))
  .map(([from, length]): Span => ({ from, to: length === null ? null : from + length }));
const spans = fc.array(span, { maxLength: 6 });

const history: fc.Arbitrary<SpaceHistory> = fc
  .record({
    exists: span,
    occupied: spans,
    unknown: spans,
    outOfService: spans,
    closed: spans,
    uncertainties: fc.array(fc.constantFrom(0, 900, 901), { minLength: 6, maxLength: 6 }),
  })
  .map(({ uncertainties, ...rest }) => ({
    ...rest,
    stays: rest.occupied.map(({ from, to }, index) => ({
      start: from,
      end: to,
      uncertaintyS: uncertainties[index] ?? 0,
      departed: index % 4 !== 3,
    })),
  }));

const cuts = fc
  .uniqueArray(fc.nat(1400), { minLength: 2, maxLength: 8 })
  .map((points) => points.sort((a, b) => a - b));

describe('utilization adds up', () => {
  it('over windows: the sum of the parts is the whole', () => {
    fc.assert(
      fc.property(history, cuts, (space, points) => {
        const parts = points.slice(1).map((hi, index) => measure(space, { lo: points[index] ?? 0, hi }));
        const whole = measure(space, { lo: points[0] ?? 0, hi: points.at(-1) ?? 0 });
        expect(parts.reduce(addMeasures, noMeasures)).toEqual(whole);
      }),
    );
  });

  it('over the four kinds of time: every second of the existence is counted once', () => {
    fc.assert(
      fc.property(history, fc.nat(1000), fc.nat(400), (space, lo, length) => {
        const hi = lo + length;
        const sums = measure(space, { lo, hi });
        const alive = Math.max(
          0,
          Math.min(space.exists.to ?? Infinity, hi) - Math.max(space.exists.from, lo),
        );
        expect(ratiosOf(sums).calendar_s).toBe(alive);
        expect(Object.values(sums).every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true);
      }),
    );
  });

  it('bounds hold on both bases, and nothing is NaN', () => {
    fc.assert(
      fc.property(history, (space) => {
        for (const basis of ['calendar', 'open_hours'] as const) {
          const sums = onBasis(measure(space, { lo: 100, hi: 900 }), basis);
          const {
            occupancy_ratio: ratio,
            occupancy_lower: lower,
            occupancy_upper: upper,
            calendar_s,
          } = ratiosOf(sums);
          expect(calendar_s).toBe(ratiosOf(measure(space, { lo: 100, hi: 900 })).calendar_s);
          if (ratio === null) expect(sums.occupied_s + sums.vacant_s).toBe(0);
          else
            expect(lower !== null && upper !== null && lower <= ratio && ratio <= upper && upper <= 1).toBe(
              true,
            );
        }
      }),
    );
  });

  it('closed time is a part of the time that it lies in', () => {
    fc.assert(
      fc.property(history, (space) => {
        const sums = measure(space, { lo: 0, hi: 1500 });
        expect(sums.closed_unknown_s <= sums.unknown_s).toBe(true);
        expect(sums.closed_occupied_s <= sums.occupied_s).toBe(true);
        expect(sums.closed_vacant_s <= sums.vacant_s).toBe(true);
      }),
    );
  });
});
