import { describe, expect, it } from 'vitest';
import { defaultPolicy, termsOf } from '../../../domain/policy/policy.ts';
import { givenSpace } from '../../support/given-space.ts';
import {
  advance,
  assign,
  at,
  booking,
  cancel,
  lift,
  override,
  registration,
  sensed,
  SENSOR,
  uuid,
} from '../../support/space-commands.ts';

const space = givenSpace();
const booked = space.after(booking(1, at(10), at(12)));

describe('reserving', () => {
  it('confirms at once, with the terms of that moment', () => {
    const terms = termsOf(defaultPolicy.values);
    const told = space.when({ ...booking(1, at(10), at(12)), subjectId: uuid(9) });
    told.gives(
      [
        'ReservationRequested',
        { reservation_id: uuid(0x401), start: at(10), end: at(12), subject_id: uuid(9) },
      ],
      ['ReservationConfirmed', { terms }],
    );
    const { policy } = registration({ cancel_until_s: 7200 });
    const later = booked.after({ type: 'AdoptPolicy', policy, now: at(1) });
    expect(later.live.reservations[0]?.terms).toEqual(terms);
  });

  it('that begins at once is started at once', () => {
    space
      .when(booking(1, at(10), at(12), at(10, 0, 30)))
      .gives(
        ['ReservationRequested'],
        ['ReservationConfirmed'],
        ['ReservationStarted', { scheduled_at: at(10) }],
        ['SpaceStateChanged', { to: 'RESERVED', effective_at: at(10) }],
      );
  });

  it('and so is one that begins at this very instant', () => {
    const types = space.when(booking(1, at(10), at(12), at(10))).decided.map((item) => item.event.type);
    expect(types).toContain('ReservationStarted');
    space.after(booking(1, at(10), at(12), at(10)));
  });

  it('under an override that is in force changes nothing that is shown', () => {
    const free = space.after(override('FORCE_FREE', at(9, 59, 40)));
    free
      .when(booking(1, at(9, 59, 30), at(12), at(10)))
      .gives(['ReservationRequested'], ['ReservationConfirmed'], ['ReservationStarted']);
  });

  it('the same id and times again is nothing, whatever became of it; other times are another booking', () => {
    booked.when(booking(1, at(10), at(12), at(5))).gives();
    booked.when({ ...booking(1, at(10), at(12)), subjectId: uuid(8), allocationId: uuid(7) }).gives();
    booked.when(booking(1, at(10), at(13))).refuses('already-exists');
    booked.when(booking(1, at(9), at(12))).refuses('already-exists');
    booked
      .after(cancel(1, at(5)))
      .when(booking(1, at(10), at(12), at(6)))
      .gives();
    booked
      .after(advance(at(13)))
      .when(booking(1, at(10), at(12), at(13)))
      .gives();
  });
});

describe('times (R1)', () => {
  const refused = (start: number, end: number, now = 9) =>
    expect(() => space.when(booking(1, at(start), at(end), at(now))).accepted).toThrow();

  it('must not be empty, nor in the past beyond the tolerance', () => {
    space.when(booking(1, at(10), at(10))).refuses('too-short');
    space.when(booking(1, at(11), at(10))).refuses('too-short');
    refused(8, 10);
    space.when(booking(1, at(8, 58, 59), at(10), at(9))).refuses('in-the-past');
    space.when(booking(1, at(8, 59), at(9), at(9))).refuses('in-the-past');
    expect(space.when(booking(1, at(8, 59), at(10), at(9))).decided).toHaveLength(4);
  });

  it('must fit the policy', () => {
    const strict = givenSpace({ booking_min_s: 1800, booking_max_s: 7200, booking_ahead_max_s: 36_000 });
    const now = at(9);
    strict.when(booking(1, at(10), at(10, 29, 59), now)).refuses('too-short', { limit_s: 1800 });
    strict.when(booking(1, at(10), at(12, 0, 1), now)).refuses('too-long', { limit_s: 7200 });
    strict.when(booking(1, at(19, 0, 1), at(20), now)).refuses('too-far-ahead', { limit_s: 36_000 });
    expect(strict.when(booking(1, at(10), at(10, 30), now)).decided).toHaveLength(2);
    expect(strict.when(booking(1, at(19), at(21), now)).decided).toHaveLength(2);
  });
});

describe('overlap (R2)', () => {
  it('scenario 1: of fifty for one slot one is confirmed, and the others are told when it is taken', () => {
    let [story, confirmed] = [space, 0];
    for (let n = 1; n <= 50; n += 1) {
      const told = story.when(booking(n, at(10), at(12)));
      if (n === 1) {
        story = told.gives(['ReservationRequested'], ['ReservationConfirmed']);
        confirmed += 1;
      } else {
        told.refuses('conflict-overlap', { conflicts: [{ start_time: at(10), end_time: at(12) }] });
      }
    }
    expect(confirmed).toBe(1);
    expect(story.live.reservations).toHaveLength(1);
  });

  it('half-open: back-to-back is allowed, a second of overlap is not', () => {
    booked.after(booking(2, at(12), at(13)), booking(3, at(9), at(10)));
    booked.when(booking(2, at(11, 59, 59), at(13))).refuses('conflict-overlap');
    booked.when(booking(2, at(9), at(10, 0, 1))).refuses('conflict-overlap');
    booked.when(booking(2, at(9), at(13))).refuses('conflict-overlap');
    booked.when(booking(2, at(10, 30), at(11))).refuses('conflict-overlap');
  });

  it('the buffer is kept on both sides, also behind one that is over', () => {
    const buffered = givenSpace({ booking_buffer_s: 900 }).after(booking(1, at(10), at(12)));
    buffered.when(booking(2, at(12, 14), at(13))).refuses('conflict-overlap');
    buffered.when(booking(2, at(9), at(9, 46))).refuses('conflict-overlap');
    buffered.after(booking(2, at(12, 15), at(13)), booking(3, at(9), at(9, 45)));
    const over = buffered.after(advance(at(12, 5)));
    over.when(booking(2, at(12, 14), at(13), at(12, 5))).refuses('conflict-overlap');
    expect(over.when(booking(2, at(12, 15), at(13), at(12, 5))).decided).toHaveLength(2);
  });

  it('no booking reaches back into one that is over', () => {
    booked.when(booking(2, at(11, 59, 30), at(13), at(12))).refuses('conflict-overlap');
  });

  it('what was cancelled is free again', () => {
    const cancelled = booked.after(cancel(1, at(5)));
    expect(cancelled.when(booking(2, at(10), at(12), at(6))).decided).toHaveLength(2);
  });
});

describe('a closed space (O5)', () => {
  const closed = space.after(override('BLOCKED', at(9), { endsAt: at(11), now: at(3) }));

  it('is not promised to anybody', () => {
    const facts = { conflicts: [{ start_time: at(9), end_time: at(11) }] };
    closed.when(booking(1, at(10), at(12))).refuses('conflict-override', facts);
    const open = space.after(override('OUT_OF_SERVICE', at(9), { now: at(3) }));
    open.when(booking(1, at(20), at(22))).refuses('conflict-override', {
      conflicts: [{ start_time: at(9), end_time: null }],
    });
  });

  it('is open up to the start and from the end on, and when it is lifted', () => {
    closed.after(booking(1, at(8), at(9)), booking(2, at(11), at(12)));
    closed.after(lift(at(4)), booking(1, at(10), at(12), at(5)));
  });

  it('kinds that only change what is shown do not keep bookings out', () => {
    space.after(override('FORCE_OCCUPIED', at(9), { now: at(3) }), booking(1, at(10), at(12), at(4)));
  });
});

describe('a booking that waits for approval (R7)', () => {
  const held = givenSpace({ booking_hold_s: 600 }).after(booking(1, at(9), at(12), at(8, 55)));

  it('blocks, but does not turn the space RESERVED', () => {
    expect(held.live.reservations[0]).toMatchObject({ status: 'PENDING', holdExpiresAt: at(9, 5) });
    expect(held.stateAt(at(9, 1)).state).toBe('FREE');
    held.when(booking(2, at(10), at(11), at(9))).refuses('conflict-overlap');
  });

  it('when overdue does not block, and the deciding command writes that first (R3)', () => {
    held
      .when(booking(2, at(10), at(11), at(9, 5)))
      .gives(
        ['ReservationExpired', { reservation_id: uuid(0x401), scheduled_at: at(9, 5) }],
        ['ReservationRequested', { reservation_id: uuid(0x402), hold_expires_at: at(9, 15) }],
      );
  });

  it('may be given up', () => {
    held.when(cancel(1, at(8, 58))).gives(['ReservationCancelled', { terms_kept: true }]);
    held.when(cancel(1, at(9, 5))).refuses('invalid-transition', { status: 'EXPIRED' });
  });
});

describe('scenario 2: a booking starts over a parked car', () => {
  const parked = booked.after(assign(SENSOR, at(1)), sensed('OCCUPIED', at(8)));

  it('RESERVED + CONTESTED; it ends with the car there → OCCUPIED, not FREE', () => {
    const started = parked
      .when(advance(at(10)))
      .gives(
        ['ReservationStarted'],
        ['SpaceStateChanged', { from: 'OCCUPIED', to: 'RESERVED', available: false, tags: ['CONTESTED'] }],
      );
    started
      .when(advance(at(12)))
      .gives(
        ['ReservationFulfilled', { at: at(12), evidence: 'none' }],
        ['SpaceStateChanged', { from: 'RESERVED', to: 'OCCUPIED', tags: [] }],
      );
  });

  it('over a car that was last seen there, too', () => {
    parked
      .after(sensed('UNKNOWN', at(9)))
      .when(advance(at(10)))
      .gives(['ReservationStarted'], ['SpaceStateChanged', { tags: ['CONTESTED'] }]);
  });

  it('cancelled with the car there → OCCUPIED (S6)', () => {
    parked
      .after(advance(at(10)))
      .when(cancel(1, at(11), 'operator'))
      .gives(
        ['ReservationCancelled', { by: 'operator', terms_kept: false }],
        ['SpaceStateChanged', { from: 'RESERVED', to: 'OCCUPIED' }],
      );
  });

  it('the rightful car stays in a booked space: RESERVED', () => {
    const arrived = booked.after(assign(SENSOR, at(1)), sensed('VACANT', at(8)), advance(at(10)));
    arrived.when(sensed('OCCUPIED', at(10, 5))).gives(['OccupancyChanged']);
  });
});

describe('cancelling (R12)', () => {
  const strict = givenSpace({ cancel_until_s: 3600 }).after(booking(1, at(10), at(12)));

  it('within the terms: the holder may', () => {
    strict.when(cancel(1, at(8, 59, 59))).gives(['ReservationCancelled', { by: 'holder', terms_kept: true }]);
  });

  it('later: only an operator or the system may', () => {
    const facts = { cancellable_until: at(9) };
    strict.when(cancel(1, at(9))).refuses('not-cancellable', facts);
    booked.when(cancel(1, at(10))).refuses('not-cancellable', { cancellable_until: at(10) });
    strict.when(cancel(1, at(9), 'operator')).gives(['ReservationCancelled', { terms_kept: false }]);
    strict.when(cancel(1, at(9), 'system')).gives(['ReservationCancelled', { terms_kept: false }]);
    strict.when(cancel(1, at(8), 'operator')).gives(['ReservationCancelled', { terms_kept: true }]);
  });

  it('repeated gives the same answer; what ended otherwise is not cancelled; the unknown is not found', () => {
    booked
      .after(cancel(1, at(5)))
      .when(cancel(1, at(11)))
      .gives();
    booked.when(cancel(1, at(12), 'operator')).refuses('invalid-transition', { status: 'FULFILLED' });
    booked.when(cancel(2, at(5))).refuses('not-found');
  });
});
