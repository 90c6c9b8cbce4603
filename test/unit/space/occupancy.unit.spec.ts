import { describe, expect, it } from 'vitest';
import { givenSpace } from '../../support/given-space.ts';
import { assign, at, booking, seen, sensed, SENSOR, unassign, uuid } from '../../support/space-commands.ts';

const watched = givenSpace().after(assign(SENSOR, at(1)));
const vacant = watched.after(sensed('VACANT', at(2)));
const parked = vacant.after(sensed('OCCUPIED', at(8), 1));

describe('a sensor', () => {
  it('is heard for the first time: available, without a change of state', () => {
    const told = watched.when({ ...sensed('VACANT', at(2)), now: at(2, 1) });
    const first = told.gives([
      'OccupancyChanged',
      { value: 'VACANT', previous: 'UNKNOWN', uncertainty_s: 0 },
    ]);
    expect(told.decided[0]?.occurredAt).toBe(at(2));
    expect(first.stateAt(at(3))).toEqual({ state: 'FREE', available: true });
  });

  it('first finds a car there: a stay begins, and there was no gap in which it could have begun', () => {
    watched
      .when(sensed('OCCUPIED', at(8), 1))
      .gives(
        ['OccupancyChanged', { session_id: uuid(0x5001), bridged: false, uncertainty_s: 0 }],
        ['SpaceStateChanged', { from: 'FREE', to: 'OCCUPIED' }],
      );
  });

  it('sees a car come and go: a stay, and a state each', () => {
    const evidence = {
      frame_id: uuid(0x700),
      dev_eui: SENSOR,
      decoder: 'nwave-nps405',
      decoder_version: '1',
      time_source: 'gateway',
    } as const;
    vacant
      .when({ ...sensed('OCCUPIED', at(8), 1), evidence })
      .gives(
        ['OccupancyChanged', { value: 'OCCUPIED', session_id: uuid(0x5001), evidence }],
        [
          'SpaceStateChanged',
          { from: 'FREE', to: 'OCCUPIED', cause: { event: 'OccupancyChanged', id: uuid(0x700) }, tags: [] },
        ],
      );
    parked
      .when(sensed('VACANT', at(9), 2))
      .gives(
        ['OccupancyChanged', { value: 'VACANT', previous: 'OCCUPIED', uncertainty_s: 0 }],
        ['SpaceStateChanged', { from: 'OCCUPIED', to: 'FREE', available: true }],
      );
  });

  it('repeats itself: a heartbeat is no event (U6)', () => {
    parked.when(sensed('OCCUPIED', at(9), 2)).gives();
  });

  it('comes late: the present stays (U4)', () => {
    parked.when({ ...sensed('VACANT', at(7), 2), now: at(9) }).gives();
    parked.when({ ...sensed('VACANT', at(8), 2), now: at(9) }).gives();
  });

  it('is ahead of us: a little is taken as it is, more is now (U3)', () => {
    const told = vacant.when({ ...sensed('OCCUPIED', at(8, 2)), now: at(8) });
    told.gives(['OccupancyChanged', { since: at(8, 2) }], ['SpaceStateChanged', { effective_at: at(8, 2) }]);
    vacant
      .when({ ...sensed('OCCUPIED', at(8, 2, 1)), now: at(8) })
      .gives(['OccupancyChanged', { since: at(8) }], ['SpaceStateChanged', { effective_at: at(8) }]);
  });

  it('is believed only for the time in which it was assigned', () => {
    const away = parked.after(unassign(SENSOR, at(9)));
    away.when({ ...sensed('VACANT', at(9), 2), now: at(10) }).refuses('not-assigned-at');
    watched.when({ ...sensed('VACANT', at(0, 30)), now: at(2) }).refuses('not-assigned-at');
    watched.when(sensed('VACANT', at(2), 1, '70b3d57ed0000009')).refuses('not-assigned-at');
    const { devEui: _, ...nameless } = sensed('VACANT', at(2));
    watched.when(nameless).refuses('not-assigned-at');
  });

  it('spoke before the space began: nothing', () => {
    watched.when({ ...sensed('VACANT', at(-1)), now: at(2) }).gives();
  });

  it('keeps its own doubt about when it was', () => {
    vacant
      .when({ ...sensed('OCCUPIED', at(8)), uncertaintyS: 90 })
      .gives(['OccupancyChanged', { uncertainty_s: 90 }], ['SpaceStateChanged']);
  });
});

describe('scenario 7: the sensor falls silent during a stay', () => {
  const silent = parked.after(sensed('UNKNOWN', at(12), 0));

  it('the stay is kept open, and the state is held', () => {
    expect(silent.live.occupancy).toMatchObject({
      value: 'UNKNOWN',
      lastKnown: 'OCCUPIED',
      session: { id: uuid(0x5001), startedAt: at(8) },
    });
    expect(silent.stateAt(at(13))).toEqual({ state: 'OCCUPIED', available: null });
  });

  it('back OCCUPIED, however late: one bridged stay', () => {
    silent
      .when(sensed('OCCUPIED', at(23), 2))
      .gives(['OccupancyChanged', { session_id: uuid(0x5001), bridged: true, uncertainty_s: 0 }]);
  });

  it('back VACANT: the end lies in the gap', () => {
    silent
      .when(sensed('VACANT', at(13), 2))
      .gives(
        ['OccupancyChanged', { value: 'VACANT', uncertainty_s: 3600, bridged: false }],
        ['SpaceStateChanged', { to: 'FREE' }],
      );
  });

  it('without a stay: a car that is there afterwards came somewhere in the gap, a bay that is vacant stayed so', () => {
    const empty = vacant.after(sensed('UNKNOWN', at(12), 0));
    empty
      .when(sensed('OCCUPIED', at(12, 30), 2))
      .gives(
        ['OccupancyChanged', { session_id: uuid(0x5002), bridged: false, uncertainty_s: 1800 }],
        ['SpaceStateChanged'],
      );
    empty.when(sensed('VACANT', at(12, 30), 2)).gives(['OccupancyChanged', { uncertainty_s: 0 }]);
  });

  it('what is seen at the very instant of the silence counts', () => {
    silent
      .when({ ...sensed('VACANT', at(12), 2), now: at(13) })
      .gives(
        ['OccupancyChanged', { value: 'VACANT', since: at(12), uncertainty_s: 0 }],
        ['SpaceStateChanged'],
      );
  });

  it('fractions of a second count as one', () => {
    const back = sensed('VACANT', at(12), 2);
    const since = back.since.replace('00.000Z', '00.001Z') as typeof back.since;
    silent.when({ ...back, since }).gives(['OccupancyChanged', { uncertainty_s: 1 }], ['SpaceStateChanged']);
  });
});

describe('people (U14)', () => {
  it('are always recorded, and then believed', () => {
    parked
      .when(seen('VACANT', at(9)))
      .gives(
        ['OccupancyObserved', { observation_id: uuid(0x6001), value: 'VACANT', source: 'staff' }],
        ['OccupancyChanged', { value: 'VACANT', source: 'staff' }],
        ['SpaceStateChanged', { cause: { event: 'OccupancyChanged', id: uuid(0x6001) } }],
      );
  });

  it('are recorded also where it is no news or comes late', () => {
    parked.when(seen('OCCUPIED', at(9))).gives(['OccupancyObserved']);
    parked
      .when({ ...seen('VACANT', at(7)), now: at(9) })
      .gives(['OccupancyObserved', { observed_at: at(7) }]);
  });

  it('are recorded once, whatever happened since', () => {
    const looked = parked.after(seen('VACANT', at(9)), sensed('OCCUPIED', at(10), 3));
    looked.when({ ...seen('VACANT', at(9)), now: at(11) }).gives();
    looked.when({ ...seen('VACANT', at(11)), now: at(11) }).gives();
  });

  it('need no sensor, and give way to the next newer word of one', () => {
    const looked = givenSpace().after(seen('OCCUPIED', at(3)));
    expect(looked.live.occupancy).toMatchObject({ value: 'OCCUPIED', source: 'staff' });
    expect(parked.after(seen('VACANT', at(9)), sensed('OCCUPIED', at(9, 1), 3)).stateAt(at(10)).state).toBe(
      'OCCUPIED',
    );
  });

  it('saw it before the space began: nothing', () => {
    givenSpace()
      .when({ ...seen('VACANT', at(-1)), now: at(2) })
      .gives();
  });
});

it('a word on the past never moves what was announced since', () => {
  const booked = vacant.after(booking(1, at(9), at(10), at(3)));
  const told = booked.when({ ...sensed('OCCUPIED', at(8), 1), now: at(10, 30) });
  told.gives(
    ['ReservationStarted', { scheduled_at: at(9) }],
    ['SpaceStateChanged', { to: 'RESERVED', effective_at: at(9) }],
    ['ReservationFulfilled', { at: at(10) }],
    ['SpaceStateChanged', { to: 'FREE', effective_at: at(10) }],
    ['OccupancyChanged', { since: at(8) }],
    ['SpaceStateChanged', { to: 'OCCUPIED', effective_at: at(10) }],
  );
});
