import { describe, expect, it } from 'vitest';
import {
  type DistanceThresholds,
  measuredOccupancy,
  type MotionThresholds,
  withSettings,
} from '../../../adapters/lorawan/occupancy-thresholds.ts';

const distance: DistanceThresholds = {
  kind: 'distance',
  blindBelowMm: 250,
  occupiedBelowMm: 1200,
  vacantFromMm: 1500,
};
const motion: MotionThresholds = { kind: 'motion', vacantAfterMin: 10 };

describe('a distance', () => {
  it.each([
    [null, null],
    [0, null],
    [249, null],
    [250, 'OCCUPIED'],
    [1199, 'OCCUPIED'],
    [1200, null],
    [1499, null],
    [1500, 'VACANT'],
    [65_535, 'VACANT'],
  ])('of %s mm means %s', (distanceMm, expected) => {
    expect(measuredOccupancy({ kind: 'distance', distanceMm }, distance)).toBe(expected);
  });

  it('that was not sent means nothing', () => {
    expect(measuredOccupancy({ kind: 'heartbeat' }, distance)).toBeNull();
  });

  it('of 0 is no echo, even with no blind zone', () => {
    const open = { ...distance, blindBelowMm: 0 };
    expect(measuredOccupancy({ kind: 'distance', distanceMm: 0 }, open)).toBeNull();
  });

  it('that rocks between the limits does not make the bay come and go', () => {
    const told = [2000, 1450, 1190, 1210, 1190, 1490, 1210, 1510]
      .map((distanceMm) => measuredOccupancy({ kind: 'distance', distanceMm }, distance))
      .filter((value) => value !== null);
    expect(told).toEqual(['VACANT', 'OCCUPIED', 'OCCUPIED', 'VACANT']);
  });
});

describe('movement', () => {
  it.each([
    [true, 0, 'OCCUPIED'],
    [true, undefined, 'OCCUPIED'],
    [false, 0, null],
    [false, 9, null],
    [false, 10, 'VACANT'],
    [false, undefined, 'VACANT'],
    [undefined, 10, null],
  ])('%s, %s min ago, means %s', (occupied, sinceLastEventMin, expected) => {
    const message = {
      kind: 'status' as const,
      ...(occupied === undefined ? {} : { occupied }),
      ...(sinceLastEventMin === undefined ? {} : { sinceLastEventMin }),
    };
    expect(measuredOccupancy(message, motion)).toBe(expected);
  });
});

describe('settings over the defaults', () => {
  it('change what they name', () => {
    expect(withSettings(distance, { occupiedBelowMm: 900 })).toEqual({
      ok: true,
      thresholds: { ...distance, occupiedBelowMm: 900 },
    });
    expect(withSettings(motion, { vacantAfterMin: 0 })).toEqual({
      ok: true,
      thresholds: { kind: 'motion', vacantAfterMin: 0 },
    });
  });

  it.each([
    ['a name of another type', { vacantAfterMin: 3 }, /^vacantAfterMin: no such/],
    ['the kind', { kind: 1 }, /^kind: no such/],
    ['a name of every object', { constructor: 1 }, /^constructor: no such/],
    ['a fraction', { occupiedBelowMm: 0.5 }, /^occupiedBelowMm: expected a whole number/],
    ['no number', { occupiedBelowMm: Number.NaN }, /^occupiedBelowMm/],
    ['a negative', { blindBelowMm: -1 }, /^blindBelowMm/],
    ['limits that cross', { occupiedBelowMm: 1501 }, /no more than vacantFromMm/],
    ['a blind zone up to the limit', { blindBelowMm: 1200 }, /less than occupiedBelowMm/],
  ])('are refused: %s', (_, settings, detail) => {
    expect(withSettings(distance, settings)).toEqual({
      ok: false,
      detail: expect.stringMatching(detail) as string,
    });
  });
});
