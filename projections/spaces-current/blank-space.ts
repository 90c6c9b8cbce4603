import { defaultPolicy } from '../../domain/policy/policy.ts';
import { evolve, initialSpace } from '../../domain/space/evolve.ts';
import { type LiveSpace } from '../../domain/space/state.ts';
import { type Instant } from '../../domain/time/instant.ts';

/** A space of which nothing is known: where a read model keeps only a part of the aggregate, the rest comes from here. */
export const blankSpace: LiveSpace = registeredBlank();

function registeredBlank(): LiveSpace {
  const space = evolve(initialSpace, {
    type: 'SpaceRegistered',
    data: {
      site_id: '',
      code: '',
      name: '',
      attributes: {},
      commissioned_at: '1970-01-01T00:00:00.000Z' as Instant,
      policy: defaultPolicy,
    },
  });
  if (space.status === 'unregistered') throw new Error('a registered space is registered');
  return withoutHistory(space);
}

/** What was published lately serves decisions only: no row has it, so no fold of rows may need it. */
export function withoutHistory(space: LiveSpace): LiveSpace {
  const { history: _, ...rest } = space;
  return rest;
}
