import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeState } from '../../../domain/space/compute-state.ts';
import { type SpaceCommand } from '../../../domain/space/commands.ts';
import { spaceDecider } from '../../../domain/space/decider.ts';
import {
  availableUntil,
  freeIntervals,
  isBlocking,
  nextAvailableSlot,
} from '../../../domain/space/next-boundary.ts';
import { takenBy } from '../../../domain/space/reservation.ts';
import { inputsOf, type LiveSpace } from '../../../domain/space/state.ts';
import { addSeconds, type Instant } from '../../../domain/time/instant.ts';
import { uuid } from '../../support/space-commands.ts';
import { folded, later, life, live, ticked } from './arbitraries.ts';

/** The buffer that a booking was made with is kept: policies do not change in these lives. */
const steady = life.map((commands) => commands.filter((one) => one.type !== 'AdoptPolicy'));

function taken(space: LiveSpace, now: Instant) {
  return space.reservations
    .flatMap((one) => takenBy(one, now) ?? [])
    .sort((a, b) => (a.from < b.from ? -1 : 1));
}

describe('bookings', () => {
  it('never overlap, and keep the buffer between them, also to those that are over', () => {
    fc.assert(
      fc.property(steady, (commands) => {
        live(commands, ({ space, now }) => {
          const bufferS = space.policy.values.booking_buffer_s;
          let free = '';
          for (const { from, to } of taken(space, now)) {
            expect(from >= free).toBe(true);
            free = addSeconds(to, bufferS);
          }
        });
      }),
    );
  });

  it('never overlap while they keep others out, whatever becomes of the policy', () => {
    fc.assert(
      fc.property(life, (commands) => {
        live(commands, ({ space, now }) => {
          const blocking = space.reservations.filter((one) => isBlocking(one, now));
          for (const [place, one] of blocking.entries()) {
            for (const other of blocking.slice(place + 1)) {
              expect(one.end <= other.start || other.end <= one.start).toBe(true);
            }
          }
        });
      }),
    );
  });

  it('are not made into a closure', () => {
    fc.assert(
      fc.property(life, (commands) => {
        live(commands, ({ space, now }) => {
          const closures = space.overrides.filter(
            ({ kind }) => kind === 'OUT_OF_SERVICE' || kind === 'BLOCKED',
          );
          for (const one of space.reservations.filter((booking) => isBlocking(booking, now))) {
            for (const { startsAt, endsAt } of closures) {
              expect(one.end <= startsAt || (endsAt !== null && endsAt <= one.start)).toBe(true);
            }
          }
        });
      }),
    );
  });
});

describe('availability', () => {
  const minutes = fc.integer({ min: 0, max: 400 });

  it('of a slot is what a booking of it would be told', () => {
    fc.assert(
      fc.property(steady, minutes, fc.integer({ min: 1, max: 90 }), (commands, ahead, length) => {
        const { space: before, now } = live(commands);
        const space = folded(before, ticked(before, now));
        const [start, end] = [later(now, ahead), later(now, ahead + length)];
        const reserve: SpaceCommand = {
          type: 'Reserve',
          reservationId: uuid(0x999),
          allocationId: uuid(0x998),
          start,
          end,
          now,
        };
        const decision = spaceDecider.decide(reserve, space);
        const refusal = decision.ok ? null : decision.rejection.code;
        fc.pre(refusal === null || refusal.startsWith('conflict-'));
        const free = freeIntervals(inputsOf(space), start, end, now, space.policy.values.booking_buffer_s);
        const whole = free.length === 1 && free[0]?.from === start && free[0].to === end;
        expect(whole).toBe(refusal === null);
      }),
    );
  });

  it('in intervals: they are in order, apart, inside what was asked for, and nothing is taken there', () => {
    fc.assert(
      fc.property(life, minutes, minutes, (commands, ahead, length) => {
        const { space, now } = live(commands);
        const [from, to] = [later(now, ahead), later(now, ahead + length)];
        const bufferS = space.policy.values.booking_buffer_s;
        let end: string = from;
        for (const free of freeIntervals(inputsOf(space), from, to, now, bufferS)) {
          expect(free.from >= end && free.from < free.to && free.to <= to).toBe(true);
          for (const one of taken(space, now)) {
            expect(one.to <= free.from || free.to <= one.from).toBe(true);
          }
          end = free.to;
        }
      }),
    );
  });

  it('next: the first instant with no override, no booking and no buffer', () => {
    fc.assert(
      fc.property(life, minutes, minutes, (commands, ahead, between) => {
        const { space, now } = live(commands);
        const at = later(now, ahead);
        const inputs = inputsOf(space);
        const bufferS = space.policy.values.booking_buffer_s;
        const closed = (t: Instant) =>
          space.overrides.some(
            (one) =>
              one.kind !== 'FORCE_FREE' && one.startsAt <= t && (one.endsAt === null || t < one.endsAt),
          ) ||
          taken(space, at).some(
            ({ from, to }) => addSeconds(from, -bufferS) <= t && t < addSeconds(to, bufferS),
          );
        const slot = nextAvailableSlot(inputs, at, bufferS);
        const probe = later(at, between);
        if (slot === null || probe < slot) expect(closed(probe)).toBe(true);
        if (slot !== null) expect(closed(slot)).toBe(false);
      }),
    );
  });

  it('until: available up to there and no longer', () => {
    fc.assert(
      fc.property(life, minutes, (commands, between) => {
        const { space, now } = live(commands);
        const inputs = inputsOf(space);
        const available = (t: Instant) => computeState(inputs, t).available;
        const until = availableUntil(inputs, now);
        const probe = later(now, between);
        if (available(now) !== true) expect(until).toBeNull();
        else if (until === null || probe < until) expect(available(probe)).toBe(true);
        if (until !== null) expect(available(until)).not.toBe(true);
      }),
    );
  });
});
