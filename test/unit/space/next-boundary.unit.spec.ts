import { describe, expect, it } from 'vitest';
import {
  availableUntil,
  freeIntervals,
  nextAvailableSlot,
  nextBoundaryAt,
} from '../../../domain/space/next-boundary.ts';
import { inputsOf } from '../../../domain/space/state.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { givenSpace, type SpaceStory } from '../../support/given-space.ts';
import {
  advance,
  assign,
  at,
  booking,
  cancel,
  override,
  sensed,
  SENSOR,
} from '../../support/space-commands.ts';

const vacant = givenSpace().after(assign(SENSOR, at(1)), sensed('VACANT', at(2)));
const planned = vacant.after(
  booking(1, at(10), at(12), at(3)),
  override('BLOCKED', at(14), { endsAt: at(15), now: at(3) }),
);

function boundaries(story: SpaceStory, from: Instant): Instant[] {
  const found: Instant[] = [];
  let next = nextBoundaryAt(inputsOf(story.live), from);
  while (next !== null) {
    found.push(next);
    next = nextBoundaryAt(inputsOf(story.live), next);
  }
  return found;
}

describe('the next boundary', () => {
  it('is where an override or a booking begins or ends, one after the other', () => {
    expect(boundaries(planned, at(3))).toEqual([at(10), at(12), at(14), at(15)]);
    expect(boundaries(planned, at(15))).toEqual([]);
  });

  it('is where a hold gives up', () => {
    const held = givenSpace({ booking_hold_s: 600 }).after(booking(1, at(10), at(12), at(9)));
    expect(boundaries(held, at(9))).toEqual([at(9, 10), at(10), at(12)]);
  });

  it('is not where something was that is over', () => {
    expect(boundaries(planned.after(cancel(1, at(4))), at(4))).toEqual([at(14), at(15)]);
    expect(boundaries(planned.after(advance(at(12))), at(3))).toEqual([at(14), at(15)]);
  });
});

describe('available until', () => {
  const until = (story: SpaceStory, t: Instant) => availableUntil(inputsOf(story.live), t);

  it('the next booking or closure begins', () => {
    expect([at(3), at(12), at(15)].map((t) => until(planned, t))).toEqual([at(10), at(14), null]);
    expect([at(10), at(14, 30)].map((t) => until(planned, t))).toEqual([null, null]);
  });

  it('is not cut short by what keeps drivers in', () => {
    const free = vacant.after(override('FORCE_FREE', at(9), { endsAt: at(10) }));
    expect(until(free, at(9))).toBeNull();
    const parked = free.after(sensed('OCCUPIED', at(9, 30)));
    expect(until(parked, at(9, 30))).toBe(at(10));
  });

  it('is nothing where nobody knows', () => {
    expect(until(givenSpace(), at(3))).toBeNull();
  });
});

describe('the next available slot', () => {
  const slot = (story: SpaceStory, t: Instant, bufferS = 0) =>
    nextAvailableSlot(inputsOf(story.live), t, bufferS);

  it('is now, or after whatever is in the way, with the buffer', () => {
    expect([at(9), at(10), at(11, 59), at(14, 30)].map((t) => slot(planned, t))).toEqual([
      at(9),
      at(12),
      at(12),
      at(15),
    ]);
    expect(slot(planned, at(9, 50), 900)).toBe(at(12, 15));
  });

  it('passes over what follows without a gap, and over gaps that the buffer fills', () => {
    const packed = planned.after(booking(2, at(12), at(13, 50), at(4)));
    expect(slot(packed, at(11))).toBe(at(13, 50));
    expect(slot(packed, at(11), 900)).toBe(at(15));
  });

  it('is behind the buffer of a booking that is over', () => {
    expect(slot(planned.after(advance(at(12))), at(12), 900)).toBe(at(12, 15));
  });

  it('is never, behind a closure without an end; FORCE_OCCUPIED is in the way, FORCE_FREE is not', () => {
    expect(slot(vacant.after(override('OUT_OF_SERVICE', at(9))), at(9))).toBeNull();
    expect(slot(vacant.after(override('FORCE_OCCUPIED', at(9))), at(9))).toBeNull();
    expect(slot(vacant.after(override('FORCE_FREE', at(9))), at(9))).toBe(at(9));
  });
});

describe('free intervals', () => {
  const free = (story: SpaceStory, from: Instant, to: Instant, bufferS = 0) =>
    freeIntervals(inputsOf(story.live), from, to, from, bufferS).map((one) => [one.from, one.to]);

  it('are what is left of the window', () => {
    expect(free(planned, at(9), at(20))).toEqual([
      [at(9), at(10)],
      [at(12), at(14)],
      [at(15), at(20)],
    ]);
    expect(free(planned, at(10), at(12))).toEqual([]);
    expect(free(planned, at(11), at(13))).toEqual([[at(12), at(13)]]);
  });

  it('keep the buffer of bookings', () => {
    expect(free(planned, at(9), at(14), 600)).toEqual([
      [at(9), at(9, 50)],
      [at(12, 10), at(14)],
    ]);
  });

  it('are no longer cut by a hold from the instant on at which it gives up', () => {
    const held = givenSpace({ booking_hold_s: 600 }).after(booking(1, at(10), at(12), at(9)));
    const inputs = inputsOf(held.live);
    const freeAt = (now: Instant) => freeIntervals(inputs, at(10), at(12), now, 0).length;
    expect([at(9, 9, 59), at(9, 10)].map(freeAt)).toEqual([0, 1]);
    expect(nextAvailableSlot(inputs, at(10), 0)).toBe(at(10));
  });

  it('end at a closure without an end; what only changes the display is bookable', () => {
    const closed = vacant.after(override('OUT_OF_SERVICE', at(9), { now: at(3) }));
    expect(free(closed, at(8), at(20))).toEqual([[at(8), at(9)]]);
    const shown = vacant.after(override('FORCE_OCCUPIED', at(9), { now: at(3) }));
    expect(free(shown, at(8), at(20))).toEqual([[at(8), at(20)]]);
  });
});
