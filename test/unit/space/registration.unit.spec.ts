import { describe, expect, it } from 'vitest';
import { givenSpace, SpaceStory } from '../../support/given-space.ts';
import {
  advance,
  assign,
  at,
  booking,
  cancel,
  OTHER_SENSOR,
  registration,
  seen,
  sensed,
  SENSOR,
  uuid,
} from '../../support/space-commands.ts';

const nothing = new SpaceStory();
const register = registration();

describe('registering', () => {
  it('announces FREE in the same append, and nobody knows whether it is available', () => {
    const told = nothing.when({ ...register, commissionedAt: at(-2) });
    told.gives(
      ['SpaceRegistered', { code: 'A-07', commissioned_at: at(-2) }],
      ['SpaceStateChanged', { from: null, to: 'FREE', available: null, tags: [], effective_at: at(-2) }],
    );
    expect(told.decided.map((item) => item.occurredAt)).toEqual([at(-2), at(-2)]);
  });

  it('the same again is nothing, also later and under another policy; other content is another space', () => {
    const later = givenSpace().after({ type: 'ChangeSpace', name: 'Corner bay', now: at(3) });
    later.when(register).gives();
    later.when({ ...register, now: at(5) }).gives();
    later.when({ ...registration({ booking_hold_s: 600 }), now: at(5) }).gives();
    later.when({ ...register, name: 'Other' }).refuses('already-exists');
    later.when({ ...register, zoneId: uuid(2) }).refuses('already-exists');
    later.when({ ...register, commissionedAt: at(1), now: at(5) }).refuses('already-exists');
  });

  it('"commissioned now" is the same registration when it is sent again a little later', () => {
    givenSpace()
      .when({ ...register, commissionedAt: at(0, 1), now: at(0, 1) })
      .gives();
  });

  it('is not for the future', () => {
    nothing.when({ ...register, commissionedAt: at(1) }).refuses('validation-failed');
  });

  it('comes before everything else', () => {
    nothing.when({ type: 'ChangeSpace', name: 'Bay', now: at(1) }).refuses('not-found');
    nothing.when(seen('VACANT', at(1))).refuses('invalid-transition');
    nothing.when(advance(at(1))).gives();
  });
});

describe('changing', () => {
  it('records only what differs', () => {
    const space = givenSpace();
    space
      .when({ type: 'ChangeSpace', name: 'Corner', attributes: {}, now: at(1) })
      .gives(['SpaceRenamed', { name: 'Corner' }]);
    space
      .when({ type: 'ChangeSpace', building: 'P1', attributes: { ev: 'true' }, location: null, now: at(1) })
      .gives(
        ['SpaceRenamed', { name: 'Bay 7', building: 'P1' }],
        ['SpaceAttributesChanged', { attributes: { ev: 'true' } }],
      );
    space.when({ type: 'ChangeSpace', name: 'Bay 7', building: null, now: at(1) }).gives();
  });

  it('null removes, absent stays', () => {
    const location = { lat_e7: 1, lon_e7: 2 };
    const set = givenSpace().after({ type: 'ChangeSpace', building: 'P1', location, now: at(1) });
    expect(set.live).toMatchObject({ building: 'P1', location });
    const renamed = set.after({ type: 'ChangeSpace', name: 'Corner', attributes: { a: 'b' }, now: at(2) });
    expect(renamed.live).toMatchObject({ name: 'Corner', building: 'P1', location });
    const removed = renamed.after({ type: 'ChangeSpace', building: null, location: null, now: at(3) });
    expect(removed.live).toMatchObject({ building: null, location: null, attributes: { a: 'b' } });
  });

  it('a move has its own validity, and memberships follow one another', () => {
    const move = { type: 'MoveSpaceToZone', zoneId: uuid(2), validFrom: at(1), now: at(3) } as const;
    const told = givenSpace().when(move);
    const moved = told.gives(['SpaceMovedToZone', { zone_id: uuid(2), valid_from: at(1) }]);
    expect(told.decided[0]?.occurredAt).toBe(at(1));
    moved
      .when({ ...move, zoneId: null, validFrom: at(0, 59) })
      .refuses('validation-failed', { zone_since: at(1) });
    expect(moved.after({ ...move, zoneId: null }).live.zoneId).toBeNull();
  });

  it('a policy is adopted once, and may change what a silent bay shows', () => {
    const silent = givenSpace().after(
      assign(SENSOR, at(1)),
      sensed('OCCUPIED', at(2)),
      sensed('UNKNOWN', at(3)),
    );
    expect(silent.live.announced?.state).toBe('OCCUPIED');
    const { policy } = registration({ unknown_state: 'assume_free' });
    silent
      .when({ type: 'AdoptPolicy', policy: { ...policy, policy_version: 2 }, now: at(4) })
      .gives(
        ['SpacePolicyAdopted', { policy_version: 2 }],
        ['SpaceStateChanged', { from: 'OCCUPIED', to: 'FREE', available: null }],
      );
  });
});

describe('decommissioning (D5)', () => {
  const end = {
    type: 'DecommissionSpace',
    at: at(5),
    reason: { code: 'closure' },
    onConflict: 'reject',
    now: at(5),
  } as const;
  const booked = givenSpace().after(booking(1, at(8), at(9)));

  it('is refused while it is booked, with the ids and never the holders', () => {
    const conflicts = [{ reservation_id: uuid(0x401), start_time: at(8), end_time: at(9) }];
    booked.when(end).refuses('still-in-use', { conflicts });
  });

  it('displaces when asked to', () => {
    booked
      .when({ ...end, onConflict: 'displace' })
      .gives(
        ['ReservationCancelled', { by: 'operator', reason: { code: 'displaced' }, terms_kept: false }],
        ['SpaceDecommissioned', { at: at(5) }],
      );
  });

  it('ends the devices and the stay, without a departure', () => {
    const parked = givenSpace().after(
      assign(SENSOR, at(1)),
      { type: 'AssignDisplay', devEui: OTHER_SENSOR, from: at(1), now: at(1) },
      sensed('OCCUPIED', at(2)),
    );
    const ended = parked
      .when(end)
      .gives(
        ['SensorUnassigned', { dev_eui: SENSOR, to: at(5), cause: 'decommissioned' }],
        ['DisplayUnassigned', { dev_eui: OTHER_SENSOR, to: at(5) }],
        [
          'OccupancyChanged',
          { value: 'UNKNOWN', since: at(5), previous: 'OCCUPIED', session_id: uuid(0x5001) },
        ],
        ['SpaceDecommissioned', { at: at(5) }],
      );
    expect(ended.live.occupancy.session).toBeNull();
  });

  it('recorded for an earlier instant never ends a device before it came', () => {
    givenSpace()
      .after(assign(SENSOR, at(4)))
      .when({ ...end, at: at(3) })
      .gives(['SensorUnassigned', { to: at(4) }], ['SpaceDecommissioned', { at: at(3) }]);
  });

  it('comes neither in the future nor before the beginning', () => {
    givenSpace()
      .when({ ...end, at: at(6) })
      .refuses('validation-failed');
    givenSpace()
      .when({ ...end, at: at(-1) })
      .refuses('validation-failed');
  });

  it('after it nothing happens any more', () => {
    const gone = booked.after(cancel(1, at(4)), end);
    gone.when(end).gives();
    gone.when({ ...end, reason: { code: 'other' }, now: at(9) }).gives();
    gone.when(advance(at(20))).gives();
    gone.when(register).gives();
    gone.when(cancel(1, at(6))).gives();
    gone.when(booking(2, at(8), at(9), at(6))).refuses('decommissioned');
    gone.when({ type: 'ChangeSpace', name: 'Other', now: at(6) }).refuses('decommissioned');
    gone.when({ ...register, name: 'Other' }).refuses('decommissioned');
    gone.when(seen('VACANT', at(6))).refuses('invalid-transition');
  });
});
