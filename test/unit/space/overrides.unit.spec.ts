import { describe, expect, it } from 'vitest';
import { givenSpace } from '../../support/given-space.ts';
import {
  advance,
  assign,
  at,
  booking,
  lift,
  override,
  sensed,
  SENSOR,
  uuid,
} from '../../support/space-commands.ts';

const space = givenSpace();
const parked = space.after(assign(SENSOR, at(1)), sensed('OCCUPIED', at(2)));
const booked = space.after(booking(1, at(10), at(12)));
const conflicts = [{ reservation_id: uuid(0x401), start_time: at(10), end_time: at(12) }];

describe('applying', () => {
  it('from now on: in force at once', () => {
    space
      .when(override('OUT_OF_SERVICE', at(9)))
      .gives(
        ['OverrideApplied', { kind: 'OUT_OF_SERVICE', starts_at: at(9) }],
        ['OverrideStarted', { scheduled_at: at(9) }],
        ['SpaceStateChanged', { to: 'MAINTENANCE', available: false, cause: { id: uuid(0x300) } }],
      );
  });

  it('for later: the calendar starts and ends it', () => {
    const told = space.when(override('BLOCKED', at(9), { endsAt: at(11), now: at(3) }));
    told
      .gives(['OverrideApplied', { starts_at: at(9), ends_at: at(11) }])
      .when(advance(at(12)))
      .gives(
        ['OverrideStarted', { scheduled_at: at(9) }],
        ['SpaceStateChanged', { to: 'MAINTENANCE', effective_at: at(9) }],
        ['OverrideExpired', { scheduled_at: at(11) }],
        ['SpaceStateChanged', { to: 'FREE', effective_at: at(11) }],
      );
  });

  it('the same again is nothing, also when "now" is later; other content is another override', () => {
    const applied = space.after(override('BLOCKED', at(9), { endsAt: at(11) }));
    applied.when(override('BLOCKED', at(9), { endsAt: at(11), now: at(9, 5) })).gives();
    applied.when(override('BLOCKED', at(9, 5), { endsAt: at(11) })).gives();
    applied.when(override('BLOCKED', at(9, 5), { endsAt: at(11), now: at(9) })).refuses('already-exists');
    applied.when(override('BLOCKED', at(9), { endsAt: at(12) })).refuses('already-exists');
    applied.when(override('FORCE_FREE', at(9), { endsAt: at(11) })).refuses('already-exists');
    const ended = applied.after(lift(at(10)));
    ended.when(override('BLOCKED', at(9), { endsAt: at(11), now: at(10, 5) })).gives();
    ended
      .when(override('BLOCKED', at(9), { endsAt: at(11), reason: { code: 'cleaning' }, now: at(10, 5) }))
      .refuses('already-exists');
  });

  it('needs an interval that is not over and has not begun before it was known', () => {
    space.when(override('BLOCKED', at(9), { endsAt: at(9) })).refuses('validation-failed');
    space.when(override('BLOCKED', at(7), { endsAt: at(8), now: at(9) })).refuses('in-the-past');
    space.when(override('BLOCKED', at(8, 59, 30), { endsAt: at(9), now: at(9) })).refuses('in-the-past');
    space.when(override('BLOCKED', at(8, 58), { now: at(9) })).refuses('in-the-past');
    space
      .when(override('BLOCKED', at(8, 59), { now: at(9) }))
      .gives(['OverrideApplied'], ['OverrideStarted'], ['SpaceStateChanged']);
  });
});

describe('over bookings (O4)', () => {
  it.each(['OUT_OF_SERVICE', 'BLOCKED'] as const)(
    '%s is refused, with the ids and never the holders',
    (kind) => {
      booked.when(override(kind, at(9))).refuses('conflict-override', { conflicts });
      booked.when(override(kind, at(11, 59))).refuses('conflict-override', { conflicts });
      booked.when(override(kind, at(9), { endsAt: at(10, 0, 1) })).refuses('conflict-override');
      booked.when(override(kind, at(9), { force: true })).refuses('conflict-override');
    },
  );

  it('half-open: up to the start and from the end on there is no conflict', () => {
    booked.when(override('BLOCKED', at(9), { endsAt: at(10), now: at(3) })).gives(['OverrideApplied']);
    booked.when(override('BLOCKED', at(12), { now: at(3) })).gives(['OverrideApplied']);
  });

  it('displaces when asked to: each booking is told, and cancelled by the operator', () => {
    booked
      .when(override('BLOCKED', at(11), { onConflict: 'displace', now: at(3) }))
      .gives(
        ['OverrideApplied', { on_conflict: 'displace' }],
        ['ReservationDisplaced', { reservation_id: uuid(0x401), override_id: uuid(0x300) }],
        [
          'ReservationCancelled',
          { by: 'operator', reason: { code: 'displaced' }, terms_kept: false, reservation_id: uuid(0x401) },
        ],
      );
  });

  it('displaces a booking that is under way: the state follows', () => {
    booked
      .when(override('BLOCKED', at(11, 30), { onConflict: 'displace', now: at(11) }))
      .gives(
        ['ReservationStarted'],
        ['SpaceStateChanged', { to: 'RESERVED' }],
        ['OverrideApplied'],
        ['ReservationDisplaced'],
        ['ReservationCancelled'],
        ['SpaceStateChanged', { from: 'RESERVED', to: 'FREE', effective_at: at(11) }],
      );
  });

  it('FORCE_FREE needs to be meant, and FORCE_OCCUPIED takes nothing from anybody', () => {
    booked.when(override('FORCE_FREE', at(9))).refuses('conflict-override', { conflicts });
    booked
      .when(override('FORCE_FREE', at(9), { force: true, now: at(3) }))
      .gives(['OverrideApplied', { force: true }]);
    booked.when(override('FORCE_OCCUPIED', at(9), { now: at(3) })).gives(['OverrideApplied']);
  });

  it('a booking that nobody has confirmed is in the way of a closure only', () => {
    const held = givenSpace({ booking_hold_s: 3600 }).after(booking(1, at(10), at(12), at(9)));
    held.when(override('FORCE_FREE', at(9, 30))).gives(['OverrideApplied'], ['OverrideStarted']);
    held.when(override('BLOCKED', at(9, 30))).refuses('conflict-override', { conflicts });
    held
      .when(override('BLOCKED', at(10, 30)))
      .gives(
        ['ReservationExpired', { scheduled_at: at(10) }],
        ['OverrideApplied'],
        ['OverrideStarted'],
        ['SpaceStateChanged'],
      );
  });
});

describe('lifting', () => {
  it('scenario 3: maintenance lifted with a car present → OCCUPIED', () => {
    parked
      .after(override('OUT_OF_SERVICE', at(9)))
      .when(lift(at(10)))
      .gives(
        ['OverrideLifted', { override_id: uuid(0x300) }],
        ['SpaceStateChanged', { from: 'MAINTENANCE', to: 'OCCUPIED', available: false, tags: ['RESUMED'] }],
      );
  });

  it('into a booking: RESERVED goes on', () => {
    const closed = booked.after(override('FORCE_OCCUPIED', at(9)));
    closed
      .when(lift(at(11)))
      .gives(
        ['ReservationStarted'],
        ['OverrideLifted'],
        ['SpaceStateChanged', { from: 'OCCUPIED', to: 'RESERVED', tags: ['RESUMED'] }],
      );
  });

  it('shows what the sensor saw meanwhile (O6)', () => {
    const closed = parked.after(override('BLOCKED', at(9)), sensed('VACANT', at(9, 30)));
    expect(closed.live.announced?.state).toBe('MAINTENANCE');
    closed
      .when(lift(at(10)))
      .gives(['OverrideLifted'], ['SpaceStateChanged', { to: 'FREE', available: true }]);
  });

  it('uncovers another that is still valid (O2)', () => {
    const both = space.after(
      override('OUT_OF_SERVICE', at(9)),
      override('FORCE_OCCUPIED', at(9), { overrideId: uuid(0x301) }),
    );
    both
      .when(lift(at(10)))
      .gives(
        ['OverrideLifted'],
        ['SpaceStateChanged', { from: 'MAINTENANCE', to: 'OCCUPIED', tags: ['RESUMED'] }],
      );
    both.when(lift(at(10), uuid(0x301))).gives(['OverrideLifted']);
  });

  it('before it began: it never comes', () => {
    const planned = space.after(override('BLOCKED', at(9), { now: at(3) }));
    planned
      .when(lift(at(8)))
      .gives(['OverrideLifted'])
      .when(advance(at(12)))
      .gives();
  });

  it('what is over is over; what never was is not found', () => {
    const applied = space.after(override('BLOCKED', at(9), { endsAt: at(10) }));
    applied
      .after(lift(at(9, 30)))
      .when(lift(at(9, 40)))
      .gives();
    applied.when(lift(at(10))).gives(['OverrideExpired'], ['SpaceStateChanged', { to: 'FREE' }]);
    applied.when(lift(at(9, 30), uuid(0x999))).refuses('not-found');
  });
});
