import { describe, expect, it } from 'vitest';
import { evolve } from '../../../domain/space/evolve.ts';
import {
  type CorrectedInterval,
  type CorrectedSession,
  type SpaceEvent,
} from '../../../domain/space/events.ts';
import { type Occupancy } from '../../../domain/space/state.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { givenSpace } from '../../support/given-space.ts';
import { assign, at, sensed, SENSOR, uuid } from '../../support/space-commands.ts';

type Sessions = Extract<SpaceEvent, { type: 'OccupancyHistoryCorrected' }>['data']['sessions'];
const none: Sessions = { added: [], removed: [], changed: [] };

const from = (value: CorrectedInterval['value'], since: Instant, until: Instant): CorrectedInterval => ({
  value,
  since,
  until,
});
const stay = (n: number, start: Instant, end?: Instant): CorrectedSession => ({
  session_id: uuid(n),
  start,
  ...(end === undefined ? {} : { end }),
  uncertainty_s: 0,
  bridged: false,
});

/** Occupied since ten, told at once; the stay is number 2. */
const parked = givenSpace()
  .after(assign(SENSOR, at(1)), sensed('VACANT', at(8)))
  .after(sensed('OCCUPIED', at(10), 2));

function corrected(after: readonly CorrectedInterval[], sessions: Sessions = none): Occupancy {
  const first = after[0]?.since ?? at(9);
  const to = after.at(-1)?.until ?? at(9);
  const data = { from: first, to, before: [], after: [...after], sessions, correction_no: 1 };
  const next = evolve(parked.state, { type: 'OccupancyHistoryCorrected', data });
  if (next.status === 'unregistered') throw new Error('the space is there');
  return next.occupancy;
}

describe('a correction of the past', () => {
  const present = parked.live.occupancy;

  it('U4: that ends before the present leaves it as it is', () => {
    expect(
      corrected([from('OCCUPIED', at(8, 30), at(9))], { ...none, added: [stay(9, at(8, 30), at(9))] }),
    ).toEqual(present);
  });

  it('that meets the present tells since when it is so, and which stay goes on', () => {
    const changed = { before: stay(1, at(10)), after: stay(1, at(9, 40)) };
    expect(corrected([from('OCCUPIED', at(9, 40), at(10))], { ...none, changed: [changed] })).toEqual({
      ...present,
      since: at(9, 40),
      session: { id: uuid(1), startedAt: at(9, 40) },
    });
  });

  it('that takes away the beginning of the present lets it begin where the correction ends', () => {
    const stays = {
      ...none,
      removed: [stay(1, at(10))],
      added: [stay(9, at(10, 30))],
    };
    expect(corrected([from('VACANT', at(10), at(10, 30))], stays)).toEqual({
      ...present,
      since: at(10, 30),
      session: { id: uuid(9), startedAt: at(10, 30) },
      before: { value: 'VACANT', since: at(10), sessionId: null },
    });
  });

  it('can end the stay in progress, and say what was known last', () => {
    expect(
      corrected([from('VACANT', at(9), at(9, 30))], {
        ...none,
        removed: [{ ...stay(1, at(10)), session_id: present.session?.id ?? '' }],
      }),
    ).toEqual({
      ...present,
      session: null,
    });
  });
});
