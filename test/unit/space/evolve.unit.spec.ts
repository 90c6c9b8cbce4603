import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { type SpaceCommand } from '../../../domain/space/commands.ts';
import { spaceDecider } from '../../../domain/space/decider.ts';
import { type SpaceEvent } from '../../../domain/space/events.ts';
import { evolve, initialSpace } from '../../../domain/space/evolve.ts';
import { KEPT } from '../../../domain/space/keep-last.ts';
import { type LiveSpace } from '../../../domain/space/state.ts';
import { givenSpace, type SpaceStory } from '../../support/given-space.ts';
import {
  advance,
  assign,
  at,
  booking,
  cancel,
  lift,
  OTHER_SENSOR,
  override,
  seen,
  sensed,
  SENSOR,
  uuid,
} from '../../support/space-commands.ts';

const reservation_id = uuid(0x401);
const override_id = uuid(0x300);
const booked = givenSpace().after(booking(1, at(10), at(12)));
const reason = { code: 'test' } as const;

function eventsOf(story: SpaceStory, ...commands: readonly SpaceCommand[]): SpaceEvent[] {
  const events: SpaceEvent[] = [];
  let now = story;
  for (const command of commands) {
    const told = now.when(command);
    events.push(...told.decided.map((item) => item.event));
    now = told.accepted;
  }
  return events;
}

describe('what cannot be changes nothing', () => {
  const terms = booked.live.reservations[0]?.terms;
  if (terms === undefined) throw new Error('the booking is there');
  const unchanged = (story: SpaceStory, ...events: readonly SpaceEvent[]) => {
    for (const event of events) expect(evolve(story.state, event)).toBe(story.state);
  };

  it('before the beginning', () => {
    const event: SpaceEvent = { type: 'SpaceRenamed', data: { name: 'Bay' } };
    expect(evolve(initialSpace, event)).toBe(initialSpace);
  });

  it('a second beginning, and anything after the end', () => {
    const { registered } = booked.live;
    if (registered === undefined) throw new Error('a registered space keeps its registration');
    unchanged(booked, { type: 'SpaceRegistered', data: registered });
    const gone = givenSpace().after({
      type: 'DecommissionSpace',
      at: at(1),
      reason,
      onConflict: 'reject',
      now: at(1),
    });
    unchanged(
      gone,
      { type: 'SpaceRenamed', data: { name: 'Bay' } },
      { type: 'SpaceDecommissioned', data: { at: at(2), reason } },
    );
  });

  it('bookings and overrides that nobody knows', () => {
    unchanged(
      givenSpace(),
      { type: 'ReservationConfirmed', data: { reservation_id, terms } },
      { type: 'ReservationStarted', data: { reservation_id, scheduled_at: at(10) } },
      { type: 'ReservationFulfilled', data: { reservation_id, at: at(12), evidence: 'none' } },
      { type: 'ReservationCancelled', data: { reservation_id, by: 'system', reason, terms_kept: true } },
      { type: 'OverrideStarted', data: { override_id, scheduled_at: at(1) } },
      { type: 'OverrideExpired', data: { override_id, scheduled_at: at(1) } },
      { type: 'OverrideLifted', data: { override_id, reason } },
      { type: 'SensorUnassigned', data: { dev_eui: SENSOR, to: at(1), cause: 'unassigned' } },
      { type: 'DisplayUnassigned', data: { dev_eui: SENSOR, to: at(1) } },
    );
  });

  it('steps that a booking cannot take', () => {
    unchanged(
      booked,
      { type: 'ReservationConfirmed', data: { reservation_id, terms } },
      { type: 'ReservationExpired', data: { reservation_id, scheduled_at: at(10) } },
      { type: 'ReservationDisplaced', data: { reservation_id, override_id } },
    );
    const [requested] = eventsOf(givenSpace(), booking(1, at(10), at(12)));
    if (requested === undefined) throw new Error('a booking is requested');
    unchanged(booked, requested);
    unchanged(
      givenSpace({ booking_hold_s: 600 }).after(booking(1, at(10), at(12))),
      { type: 'ReservationStarted', data: { reservation_id, scheduled_at: at(10) } },
      { type: 'ReservationFulfilled', data: { reservation_id, at: at(12), evidence: 'none' } },
    );
    unchanged(
      booked.after(cancel(1, at(3))),
      { type: 'ReservationStarted', data: { reservation_id, scheduled_at: at(10) } },
      { type: 'ReservationCancelled', data: { reservation_id, by: 'system', reason, terms_kept: true } },
    );
  });

  it('a second device, and a second override of one name', () => {
    const display = { type: 'AssignDisplay', devEui: SENSOR, from: at(1), now: at(1) } as const;
    const full = givenSpace().after(assign(SENSOR, at(1)), display, override('BLOCKED', at(2)));
    const again = eventsOf(
      givenSpace(),
      assign(OTHER_SENSOR, at(3)),
      { ...display, devEui: OTHER_SENSOR },
      override('FORCE_FREE', at(3)),
    ).filter(({ type }) => type.endsWith('Assigned') || type === 'OverrideApplied');
    expect(again).toHaveLength(3);
    unchanged(full, ...again);
    unchanged(full.after(lift(at(4))), ...again.slice(2));
  });
});

describe('what is kept to recognise repeats is bounded', () => {
  it(`the last ${KEPT} of each sort, the latest of all among them`, () => {
    const early = booking(999, at(22), at(23));
    let story = givenSpace().after(early);
    for (let n = 1; n <= 40; n += 1) story = story.after(booking(n, at(10), at(12)), cancel(n, at(1)));
    const lasting = story.after({ ...cancel(1, at(2)), reservationId: early.reservationId });
    expect(lasting.live.reservations).toHaveLength(KEPT);
    lasting.when({ ...early, now: at(3) }).gives();
    lasting.when(cancel(1, at(3))).refuses('not-found');
  });

  it('bookings that are over are not pushed out by those that were given up', () => {
    const buffered = givenSpace({ booking_buffer_s: 3600 });
    let story = buffered.after(booking(999, at(5), at(6)), advance(at(6)));
    for (let n = 1; n <= 40; n += 1) {
      story = story.after(booking(n, at(10), at(12), at(6)), cancel(n, at(6)));
    }
    story.when(booking(50, at(6, 59), at(8), at(6))).refuses('conflict-overlap');
  });

  it('overrides and observations', () => {
    let story = givenSpace();
    for (let n = 0; n < 40; n += 1) {
      const overrideId = uuid(0x800 + n);
      story = story.after(
        override('BLOCKED', at(3), { overrideId }),
        lift(at(3), overrideId),
        seen(n % 2 === 0 ? 'VACANT' : 'OCCUPIED', at(3, n), n),
      );
    }
    expect(story.live.endedOverrides).toHaveLength(KEPT);
    expect(story.live.observations).toHaveLength(KEPT);
  });
});

it('a fold is fast: far more than 30,000 events a second, also with hundreds of bookings ahead', () => {
  let story = givenSpace().after(assign(SENSOR, at(0)));
  for (let n = 0; n < 300; n += 1) {
    const [start, end] = [at(24 + 4 * n), at(26 + 4 * n)];
    story = story.after(booking(1000 + n, start, end));
  }
  const day = eventsOf(
    story,
    ...Array.from({ length: 200 }, (_, n) => sensed(n % 2 === 0 ? 'OCCUPIED' : 'VACANT', at(1, n), n)),
    booking(1, at(5), at(6)),
    advance(at(7)),
  );
  let state: LiveSpace = story.live;
  const fold = (rounds: number) => {
    for (let round = 0; round < rounds; round += 1) {
      for (const event of day) state = spaceDecider.evolve(state, event) as LiveSpace;
    }
  };
  fold(20);
  const rounds = 200;
  const started = performance.now();
  fold(rounds);
  const perSecond = (rounds * day.length * 1000) / (performance.now() - started);
  console.log(`${Math.round(perSecond).toLocaleString('en')} events folded per second`);
  expect(perSecond).toBeGreaterThan(100_000);
});
