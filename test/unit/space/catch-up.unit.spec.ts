import { describe, expect, it } from 'vitest';
import { dueBoundaries, nextDue } from '../../../domain/space/boundaries.ts';
import { givenSpace, SpaceStory } from '../../support/given-space.ts';
import {
  advance,
  assign,
  at,
  booking,
  cancel,
  lift,
  override,
  sensed,
  SENSOR,
  uuid,
} from '../../support/space-commands.ts';

describe('scenario 6: the clock is dead from 09:50 to 10:20', () => {
  const booked = givenSpace().after(booking(1, at(10), at(10, 15)), advance(at(9, 50)));

  it('a query at 10:05 is right', () => {
    expect(booked.stateAt(at(10, 5)).state).toBe('RESERVED');
    expect(booked.live.announced?.state).toBe('FREE');
  });

  it('afterwards everything is written with its scheduled time, once', () => {
    const told = booked.when(advance(at(10, 20)));
    const caughtUp = told.gives(
      ['ReservationStarted', { scheduled_at: at(10) }],
      ['SpaceStateChanged', { to: 'RESERVED', effective_at: at(10) }],
      ['ReservationFulfilled', { at: at(10, 15) }],
      ['SpaceStateChanged', { to: 'FREE', effective_at: at(10, 15) }],
    );
    expect(told.decided.map((item) => item.occurredAt)).toEqual([at(10), at(10), at(10, 15), at(10, 15)]);
    caughtUp.when(advance(at(10, 21))).gives();
  });

  it('two leaders give every event one identity', () => {
    const keys = [at(10, 20), at(10, 25)].map((now) =>
      booked.when(advance(now)).decided.map((item) => item.boundary),
    );
    expect(keys[0]).toEqual(keys[1]);
    expect(keys[0]).toMatchObject([
      { kind: 'reservation-started', subject: uuid(0x401), due: at(10) },
      { kind: 'state/reservation-started', subject: uuid(0x401), due: at(10) },
      { kind: 'reservation-ended', subject: uuid(0x401), due: at(10, 15) },
      { kind: 'state/reservation-ended', subject: uuid(0x401), due: at(10, 15) },
    ]);
  });

  it('a passing command writes the same, before its own events', () => {
    const due = booked.when(advance(at(10, 20))).decided;
    const told = booked.when({ type: 'ChangeSpace', name: 'Corner', now: at(10, 20) });
    expect(told.decided.slice(0, 4)).toEqual(due);
    told.gives(
      ['ReservationStarted'],
      ['SpaceStateChanged'],
      ['ReservationFulfilled'],
      ['SpaceStateChanged'],
      ['SpaceRenamed'],
    );
  });

  it('a repeated command brings only what was due; a refused one nothing', () => {
    booked
      .when(booking(1, at(10), at(10, 15), at(10, 5)))
      .gives(['ReservationStarted'], ['SpaceStateChanged']);
    booked.when(cancel(2, at(10, 5))).refuses('not-found');
  });
});

describe('several on one instant', () => {
  it('ends come before starts, overrides before bookings before holds', () => {
    const held = givenSpace({ booking_hold_s: 10_800 }).after(booking(4, at(20), at(21), at(7)));
    const { policy } = givenSpace().live;
    const crowded = held.after(
      { type: 'AdoptPolicy', policy, now: at(7) },
      booking(1, at(9), at(10), at(8)),
      booking(2, at(10), at(11), at(8)),
      override('FORCE_OCCUPIED', at(9), { overrideId: uuid(0x302), endsAt: at(10), now: at(8) }),
      override('FORCE_FREE', at(10), { overrideId: uuid(0x301), force: true, now: at(8) }),
    );
    const due = dueBoundaries(crowded.state, at(10)).filter((one) => one.due === at(10));
    expect(due.map((one) => [one.kind, one.subject])).toEqual([
      ['override-expired', uuid(0x302)],
      ['reservation-ended', uuid(0x401)],
      ['hold-expired', uuid(0x404)],
      ['override-started', uuid(0x301)],
      ['reservation-started', uuid(0x402)],
    ]);
    const told = crowded.when(advance(at(10))).decided.map((item) => item.event);
    expect(told.filter((event) => event.type === 'SpaceStateChanged')).toMatchObject([
      { data: { to: 'OCCUPIED', cause: { event: 'OverrideStarted', id: uuid(0x302) } } },
      { data: { to: 'FREE', cause: { event: 'OverrideStarted', id: uuid(0x301) } } },
    ]);
  });

  it('equal kinds come in the order of their subjects', () => {
    const two = givenSpace().after(
      override('FORCE_FREE', at(9), { overrideId: uuid(0x302), now: at(8) }),
      override('FORCE_FREE', at(9), { overrideId: uuid(0x301), now: at(8) }),
    );
    expect(dueBoundaries(two.state, at(9)).map((one) => one.subject)).toEqual([uuid(0x301), uuid(0x302)]);
  });

  it('back-to-back bookings: RESERVED is announced once', () => {
    const both = givenSpace().after(booking(1, at(9), at(10)), booking(2, at(10), at(11)));
    both
      .when(advance(at(10, 30)))
      .gives(
        ['ReservationStarted', { reservation_id: uuid(0x401) }],
        ['SpaceStateChanged', { to: 'RESERVED' }],
        ['ReservationFulfilled', { reservation_id: uuid(0x401) }],
        ['ReservationStarted', { reservation_id: uuid(0x402) }],
      );
  });

  it('what begins and decides is the cause, else what ended', () => {
    const relieved = givenSpace().after(
      booking(1, at(10), at(11)),
      override('BLOCKED', at(9), { endsAt: at(10), now: at(8) }),
      advance(at(9)),
    );
    relieved
      .when(advance(at(10)))
      .gives(
        ['OverrideExpired'],
        ['ReservationStarted'],
        [
          'SpaceStateChanged',
          { from: 'MAINTENANCE', to: 'RESERVED', cause: { event: 'ReservationStarted', id: uuid(0x401) } },
        ],
      );
    const underneath = relieved.after(
      override('FORCE_OCCUPIED', at(10, 30), { overrideId: uuid(0x301), endsAt: at(11), now: at(10, 30) }),
    );
    underneath
      .when(advance(at(11)))
      .gives(
        ['OverrideExpired'],
        ['ReservationFulfilled'],
        ['SpaceStateChanged', { from: 'OCCUPIED', to: 'FREE', cause: { event: 'OverrideExpired' } }],
      );
  });
});

describe('tags of pairs that only priority explains', () => {
  const tagged = (story: SpaceStory, now: Parameters<typeof advance>[0]) =>
    story.when(advance(now)).decided.flatMap(({ event }) => {
      return event.type === 'SpaceStateChanged' ? [[event.data.from, event.data.to, ...event.data.tags]] : [];
    });
  const forced = override('FORCE_OCCUPIED', at(9), { endsAt: at(10), now: at(9) });

  it('an override that ends where a booking begins, without a car: RESUMED', () => {
    const empty = givenSpace().after(booking(1, at(10), at(11)), forced);
    expect(tagged(empty, at(10))).toEqual([['OCCUPIED', 'RESERVED', 'RESUMED']]);
  });

  it('the same with a car: CONTESTED, since the booking begins over it', () => {
    const parked = givenSpace().after(
      assign(SENSOR, at(1)),
      sensed('OCCUPIED', at(2)),
      booking(1, at(10), at(11), at(3)),
      forced,
    );
    expect(tagged(parked, at(10))).toEqual([['OCCUPIED', 'RESERVED', 'CONTESTED']]);
  });

  it('an override that ends inside a booking: RESUMED, whoever is parked', () => {
    const inside = givenSpace().after(
      assign(SENSOR, at(1)),
      booking(1, at(9), at(11)),
      sensed('OCCUPIED', at(9, 5)),
      override('FORCE_OCCUPIED', at(9, 30), { endsAt: at(10), now: at(9, 30) }),
    );
    expect(tagged(inside, at(10))).toEqual([['OCCUPIED', 'RESERVED', 'RESUMED']]);
  });
});

describe('time does not go back for a space', () => {
  const started = givenSpace().after(
    override('BLOCKED', at(8), { overrideId: uuid(0x302), endsAt: at(9), now: at(8) }),
    booking(1, at(11), at(12), at(8)),
    advance(at(11, 30)),
  );

  it('a writer whose clock is behind decides as of what is written', () => {
    started.when(cancel(1, at(10, 30))).refuses('not-cancellable');
    started.when(booking(2, at(10, 45), at(10, 50), at(10, 40))).refuses('in-the-past');
    const told = started.when(cancel(1, at(10, 30), 'operator'));
    told.gives(['ReservationCancelled'], ['SpaceStateChanged', { to: 'FREE', effective_at: at(11) }]);
    expect(told.decided.map((item) => item.occurredAt)).toEqual([at(11), at(11)]);
  });

  it('so what is announced stays true afterwards', () => {
    const late = started.after(
      override('FORCE_FREE', at(11, 10), { force: true, now: at(10) }),
      lift(at(10, 59)),
    );
    expect(late.live.announced?.state).toBe('RESERVED');
    late.when(advance(at(11, 40))).gives();
  });
});

describe('what is due', () => {
  it('is the earliest of what is not yet written', () => {
    const story = givenSpace();
    const nothing = { nextDueAt: null, nextEvidenceDueAt: null };
    expect(nextDue(story.state)).toEqual(nothing);
    const booked = story.after(booking(1, at(10), at(12)), override('BLOCKED', at(8), { endsAt: at(9) }));
    expect(nextDue(booked.state).nextDueAt).toBe(at(9));
    expect(nextDue(booked.after(advance(at(9))).state).nextDueAt).toBe(at(10));
    expect(nextDue(booked.after(advance(at(10))).state).nextDueAt).toBe(at(12));
    expect(nextDue(booked.after(advance(at(12))).state)).toEqual(nothing);
    expect(nextDue(new SpaceStory().state)).toEqual(nothing);
    expect(dueBoundaries(new SpaceStory().state, at(23))).toEqual([]);
  });

  it('ends with the space', () => {
    const gone = givenSpace().after(override('BLOCKED', at(8), { endsAt: at(9) }), {
      type: 'DecommissionSpace',
      at: at(8, 30),
      reason: { code: 'closure' },
      onConflict: 'reject',
      now: at(8, 30),
    });
    expect(nextDue(gone.state).nextDueAt).toBeNull();
    gone.when(advance(at(10))).gives();
  });
});
