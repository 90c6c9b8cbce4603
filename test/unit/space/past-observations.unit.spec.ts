import { describe, expect, it } from 'vitest';
import { type ObserveOccupancy } from '../../../domain/space/commands.ts';
import { spaceDecider } from '../../../domain/space/decider.ts';
import { type LiveSpace, type SpaceState } from '../../../domain/space/state.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { at, registration, uuid } from '../../support/space-commands.ts';

/** What somebody says of an instant, told in this order. */
function observed(
  n: number,
  since: Instant,
  value: 'VACANT' | 'OCCUPIED',
  rest: Partial<ObserveOccupancy> = {},
): ObserveOccupancy {
  return {
    ...{ type: 'ObserveOccupancy', value, since, source: 'staff', uncertaintyS: 0, now: at(20) },
    sessionId: uuid(n),
    sessionIdOf: (id) => id,
    observation: { id: uuid(n) },
    ...rest,
  };
}

function spaceAfter(...commands: readonly ObserveOccupancy[]): LiveSpace {
  const state = [registration(), ...commands].reduce<SpaceState>((before, command) => {
    const decision = spaceDecider.decide(command, before);
    if (!decision.ok) throw new Error(decision.rejection.detail);
    return decision.events.reduce((state, { event }) => spaceDecider.evolve(state, event), before);
  }, spaceDecider.initialState);
  if (state.status === 'unregistered') throw new Error('registered above');
  return state;
}

const staysOf = ({ history }: LiveSpace) => history?.stays.map(({ start, end }) => [start, end]);

describe('what was seen in the past', () => {
  it('before a later word that changed nothing is not the present', () => {
    const space = spaceAfter(
      observed(1, at(8), 'OCCUPIED'),
      observed(2, at(10), 'OCCUPIED'),
      observed(3, at(9), 'VACANT'),
    );
    expect(space.occupancy).toMatchObject({ value: 'OCCUPIED', since: at(10) });
    expect(staysOf(space)).toEqual([
      [at(8), at(9)],
      [at(10), null],
    ]);
  });

  it('does not take away the stay that began with the space itself', () => {
    const space = spaceAfter(
      observed(1, at(0), 'OCCUPIED'),
      observed(2, at(4), 'VACANT'),
      observed(3, at(9), 'OCCUPIED'),
      observed(4, at(7), 'VACANT'),
      observed(5, at(6), 'OCCUPIED'),
    );
    expect(staysOf(space)).toEqual([
      [at(0), at(4)],
      [at(6), at(7)],
      [at(9), null],
    ]);
  });

  it('and how sure others were that become a change by it, is asked of the caller', () => {
    const space = spaceAfter(
      observed(1, at(2), 'VACANT', { source: 'import' }),
      observed(2, at(5), 'VACANT', { source: 'import', uncertaintyS: 60 }),
      observed(3, at(4), 'OCCUPIED', {
        source: 'import',
        uncertaintyS: 7,
        uncertaintyOf: (id) => (id === uuid(2) ? 60 : null),
      }),
    );
    expect(space.history?.stays).toMatchObject([{ start: at(4), end: at(5), uncertaintyS: 67 }]);
  });
});
