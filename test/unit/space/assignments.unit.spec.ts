import { describe, expect, it } from 'vitest';
import { givenSpace } from '../../support/given-space.ts';
import {
  advance,
  assign,
  at,
  OTHER_SENSOR,
  sensed,
  SENSOR,
  unassign,
  uuid,
} from '../../support/space-commands.ts';

const [process, otherProcess] = [uuid(0xa0), uuid(0xa1)];
const THIRD = '70b3d57ed0000003';
const watched = givenSpace().after(assign(SENSOR, at(6)));
const parked = watched.after(sensed('OCCUPIED', at(8), 1));
const swap = assign(OTHER_SENSOR, at(9), otherProcess);

describe('assigning a sensor', () => {
  it('is recorded with its beginning as the time it happened', () => {
    const told = givenSpace().when({ ...assign(SENSOR, at(6)), now: at(7) });
    told.gives([
      'SensorAssigned',
      { dev_eui: SENSOR, from: at(6), process_id: process, heartbeat_s: 86_400 },
    ]);
    expect(told.decided[0]?.occurredAt).toBe(at(6));
  });

  it('is done once per process, and is not begun again by another that asks for the very same', () => {
    watched.when({ ...assign(SENSOR, at(6)), now: at(12) }).gives();
    watched.when(assign(SENSOR, at(6), otherProcess)).gives();
    watched
      .after(unassign(SENSOR, at(7)))
      .when({ ...assign(SENSOR, at(6)), now: at(8) })
      .gives();
    watched.when(assign(SENSOR, at(7), otherProcess)).refuses('conflict-assignment', {
      dev_eui: SENSOR,
      from: at(6),
    });
  });

  it('may begin in the past, but not before the space did, and not in the future', () => {
    const space = givenSpace();
    space.when({ ...assign(SENSOR, at(-1)), now: at(7) }).refuses('conflict-assignment', {
      commissioned_at: at(0),
    });
    space.when({ ...assign(SENSOR, at(0)), now: at(7) }).gives(['SensorAssigned']);
    space.when({ ...assign(SENSOR, at(7, 3)), now: at(7) }).refuses('validation-failed');
    space.when({ ...assign(SENSOR, at(7, 2)), now: at(7) }).gives(['SensorAssigned']);
  });

  it('never makes two live sensors at one instant', () => {
    const earlier = watched.after(unassign(SENSOR, at(8)));
    const facts = { dev_eui: SENSOR, from: at(6), to: at(8) };
    earlier
      .when({ ...assign(OTHER_SENSOR, at(7, 59), otherProcess), now: at(9) })
      .refuses('conflict-assignment', facts);
    earlier.when({ ...assign(OTHER_SENSOR, at(5), otherProcess), now: at(9) }).refuses('conflict-assignment');
    earlier.when({ ...assign(OTHER_SENSOR, at(8), otherProcess), now: at(9) }).gives(['SensorAssigned']);
    watched.when({ ...assign(OTHER_SENSOR, at(5), otherProcess), now: at(9) }).refuses('conflict-assignment');
  });

  it('an interval of no length is in nobody’s way', () => {
    const undone = watched.after(unassign(SENSOR, at(6)));
    undone.when({ ...assign(OTHER_SENSOR, at(5), otherProcess), now: at(9) }).gives(['SensorAssigned']);
    watched
      .when({ ...assign(OTHER_SENSOR, at(6), otherProcess), now: at(9) })
      .gives(['SensorUnassigned', { to: at(6) }], ['SensorAssigned', { from: at(6) }]);
  });
});

describe('taking a sensor off', () => {
  it('leaves nobody to know, from that instant on; what is shown is held', () => {
    const told = parked.when(unassign(SENSOR, at(9)));
    const gone = told.gives(
      ['SensorUnassigned', { dev_eui: SENSOR, to: at(9), cause: 'unassigned' }],
      [
        'OccupancyChanged',
        {
          value: 'UNKNOWN',
          since: at(9),
          previous: 'OCCUPIED',
          session_id: uuid(0x5001),
          last_heard_at: at(8),
        },
      ],
    );
    expect(gone.stateAt(at(10))).toEqual({ state: 'OCCUPIED', available: null });
  });

  it('in the past takes back what it showed since: that was of another bay (rule D2)', () => {
    parked
      .when({ ...unassign(SENSOR, at(7)), now: at(9) })
      .gives(
        ['SensorUnassigned', { to: at(7) }],
        ['OccupancyHistoryCorrected', { from: at(8) }],
        ['OccupancyChanged', { value: 'UNKNOWN', since: at(8) }],
      );
  });

  it('once is enough; before its beginning, in the future or of a stranger it is a mistake', () => {
    parked
      .after(unassign(SENSOR, at(9)))
      .when({ ...unassign(SENSOR, at(9)), now: at(10) })
      .gives();
    watched.when({ ...unassign(SENSOR, at(5)), now: at(9) }).refuses('conflict-assignment');
    watched.when({ ...unassign(SENSOR, at(10)), now: at(9) }).refuses('validation-failed');
    watched.when(unassign(OTHER_SENSOR, at(9))).refuses('not-found');
  });
});

describe('scenario 8: the sensor is swapped while a car stands there', () => {
  const swapped = parked.after(swap);
  const newSays = (value: 'VACANT' | 'OCCUPIED', hour: number, minute: number) =>
    swapped.when(sensed(value, at(hour, minute), 2, OTHER_SENSOR));

  it('in one append, and nobody knows until the new one speaks', () => {
    parked
      .when(swap)
      .gives(
        ['SensorUnassigned', { dev_eui: SENSOR, to: at(9), cause: 'swapped' }],
        ['SensorAssigned', { dev_eui: OTHER_SENSOR, from: at(9) }],
        ['OccupancyChanged', { value: 'UNKNOWN', since: at(9), session_id: uuid(0x5001), bridged: false }],
      );
    watched
      .when(swap)
      .gives(['SensorUnassigned', { cause: 'swapped' }], ['SensorAssigned', { dev_eui: OTHER_SENSOR }]);
  });

  it('OCCUPIED within the gap: the stay goes on', () => {
    const same = { value: 'OCCUPIED', session_id: uuid(0x5001), bridged: true, uncertainty_s: 0 };
    expect(newSays('OCCUPIED', 9, 30).gives(['OccupancyChanged', same]).live.occupancy.session).toEqual({
      id: uuid(0x5001),
      startedAt: at(8),
    });
  });

  it('OCCUPIED beyond the gap: another stay, which began somewhere in it', () => {
    const other = { value: 'OCCUPIED', session_id: uuid(0x5002), bridged: false, uncertainty_s: 1860 };
    newSays('OCCUPIED', 9, 31).gives(['OccupancyChanged', other]);
  });

  it('VACANT: the stay ended, somewhere in the gap', () => {
    const ended = newSays('VACANT', 9, 10).gives(
      ['OccupancyChanged', { value: 'VACANT', since: at(9, 10), bridged: false, uncertainty_s: 600 }],
      ['SpaceStateChanged', { from: 'OCCUPIED', to: 'FREE', available: true }],
    );
    expect(ended.live.occupancy.session).toBeNull();
  });

  it('a second swap in the same gap does not start it anew', () => {
    const twice = swapped.after(assign(THIRD, at(9, 40), uuid(0xa2)));
    twice
      .when(sensed('OCCUPIED', at(9, 45), 2, THIRD))
      .gives(['OccupancyChanged', { session_id: uuid(0x5002), bridged: false }]);
  });

  it('recorded afterwards: what the old one showed since was not of this bay, so no stay goes on', () => {
    const recorded = parked.after({ ...assign(OTHER_SENSOR, at(7), otherProcess), now: at(9) });
    expect(recorded.live.occupancy).toMatchObject({ value: 'UNKNOWN', since: at(0), session: null });
    recorded
      .when({ ...sensed('OCCUPIED', at(8, 20), 2, OTHER_SENSOR), now: at(9) })
      .gives(['OccupancyChanged', { session_id: uuid(0x5002), bridged: false }]);
  });

  it('after a silence the gap of the swap counts, not the silence', () => {
    const silent = parked.after(sensed('UNKNOWN', at(9)), assign(OTHER_SENSOR, at(12), otherProcess));
    silent
      .when(sensed('OCCUPIED', at(12, 5), 2, OTHER_SENSOR))
      .gives(['OccupancyChanged', { session_id: uuid(0x5001), bridged: true }]);
  });

  it('a frame of the old sensor belongs here up to the swap, and changes nothing that is newer', () => {
    swapped.when({ ...sensed('VACANT', at(8, 30), 3), now: at(9, 5) }).gives();
    swapped.when(sensed('VACANT', at(9, 5), 3)).refuses('not-assigned-at');
    swapped
      .when({ ...sensed('VACANT', at(8, 59), 3, OTHER_SENSOR), now: at(9, 5) })
      .refuses('not-assigned-at');
  });

  it('the gap is forgotten once something is known', () => {
    const known = newSays('OCCUPIED', 9, 10).accepted.after(sensed('UNKNOWN', at(10), 0, OTHER_SENSOR));
    known
      .when(sensed('OCCUPIED', at(20), 3, OTHER_SENSOR))
      .gives(['OccupancyChanged', { session_id: uuid(0x5001), bridged: true }]);
  });
});

describe('displays', () => {
  const display = { type: 'AssignDisplay', devEui: OTHER_SENSOR, from: at(6), now: at(6) } as const;
  const remove = { type: 'UnassignDisplay', devEui: OTHER_SENSOR, to: at(9), now: at(9) } as const;
  const shown = parked.after(display);

  it('come, are swapped and go without a word on the bay', () => {
    shown.when({ ...display, now: at(7) }).gives();
    shown
      .when({ ...display, devEui: THIRD, from: at(7), now: at(7) })
      .gives(
        ['DisplayUnassigned', { dev_eui: OTHER_SENSOR, to: at(7) }],
        ['DisplayAssigned', { dev_eui: THIRD, from: at(7) }],
      );
    shown.when(remove).gives(['DisplayUnassigned', { to: at(9) }]);
    shown
      .after(remove)
      .when({ ...remove, now: at(10) })
      .gives();
    shown.when({ ...remove, to: at(5) }).refuses('conflict-assignment');
    shown.when({ ...remove, devEui: THIRD }).refuses('not-found');
    shown.when({ ...display, from: at(7), now: at(8) }).refuses('conflict-assignment');
  });
});

it('nothing of this is due at any time', () => {
  parked
    .after(swap)
    .when(advance(at(23)))
    .gives();
});
