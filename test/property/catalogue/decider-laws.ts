import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../domain/canonical/json.ts';
import { readEvent } from '../../../domain/catalogue/read-event.ts';
import { writeProblem } from '../../../domain/catalogue/write-problem.ts';
import { type Decider } from '../../../domain/event/decider.ts';
import { type AnyEvent, type EventSchemas } from '../../../domain/event/event.ts';
import { rejectionCodes } from '../../../domain/event/rejection.ts';
import { arbitraryOf } from './arbitrary-of.ts';

/**
 * Long sequences (left to itself, the generator prefers a handful), nine in ten of which begin with the command that
 * brings the aggregate to life: before that everything is refused.
 */
export function sequencesOf<C>(command: fc.Arbitrary<C>, first: C): fc.Arbitrary<readonly C[]> {
  return fc
    .tuple(fc.integer({ min: 0, max: 9 }), fc.array(command, { maxLength: 60, size: 'max' }))
    .map(([tenth, rest]) => (tenth === 0 ? rest : [first, ...rest]));
}

/** Runs commands one after the other; answers all events and the state they lead to. */
export function run<C, E extends AnyEvent, S>(decider: Decider<C, E, S>, commands: readonly C[]) {
  let state = decider.initialState;
  const events: E[] = [];
  for (const command of commands) {
    const decision = decider.decide(command, state);
    if (!decision.ok) continue;
    for (const { event } of decision.events) {
      state = decider.evolve(state, event);
      events.push(event);
    }
  }
  return { state, events };
}

/** Whatever was decided: the same command on the resulting state gives no events, and a refusal is of the catalogue. */
export function decidingAgainGivesNothing<C, E extends AnyEvent, S>(
  decider: Decider<C, E, S>,
  sequence: fc.Arbitrary<readonly C[]>,
  command: fc.Arbitrary<C>,
): void {
  fc.assert(
    fc.property(sequence, command, (before, last) => {
      const { state } = run(decider, before);
      const decision = decider.decide(last, state);
      if (!decision.ok) {
        expect(rejectionCodes).toContain(decision.rejection.code);
        return;
      }
      const after = decision.events.reduce<S>((s, item) => decider.evolve(s, item.event), state);
      expect(decider.decide(last, after)).toEqual({ ok: true, events: [] });
    }),
    { numRuns: 300 },
  );
}

/** What a decider gives can be written, and folding what is read back leads to the same state. */
export function survivesTheStore<C, E extends AnyEvent, S>(
  decider: Decider<C, E, S>,
  sequence: fc.Arbitrary<readonly C[]>,
): void {
  fc.assert(
    fc.property(sequence, (commands) => {
      const { state, events } = run(decider, commands);
      let refolded = decider.initialState;
      for (const { type, data } of events) {
        expect(writeProblem(type, data)).toBeNull();
        const reading = readEvent(type, JSON.parse(canonicalJson(data)), 1);
        if (!reading.ok) throw new Error(`${reading.problem}: ${reading.detail}`);
        refolded = decider.evolve(refolded, reading.event as unknown as E);
      }
      expect(refolded).toEqual(state);
    }),
    { numRuns: 100 },
  );
}

/** A fold takes everything: events in an order that no decider allows, of unknown types, with broken data. */
export function evolveNeverThrows<C, E extends AnyEvent, S>(
  decider: Decider<C, E, S>,
  schemas: EventSchemas,
  first: E,
): void {
  const types = Object.keys(schemas);
  const valid = Object.entries(schemas).map(([type, schema]) =>
    arbitraryOf(schema).map((data) => ({ type, data })),
  );
  const data = fc.oneof(fc.anything(), fc.constantFrom(null, undefined, {}, []));
  const garbage = fc.record({ type: fc.oneof(fc.string(), fc.constantFrom(...types)), data });
  const events = fc.array(fc.oneof({ weight: 3, arbitrary: fc.oneof(...valid) }, garbage), {
    maxLength: 40,
    size: 'max',
  });
  fc.assert(
    fc.property(events, fc.boolean(), (random, alive) => {
      const all = alive ? [first, ...random] : random;
      all.reduce<S>((state, event) => decider.evolve(state, event as unknown as E), decider.initialState);
    }),
    { numRuns: 200 },
  );
}

/** All of them, for an aggregate that begins with `registration`. Answers the sequences of commands they were tried with. */
export function describeLaws<C, E extends AnyEvent, S>(
  name: string,
  decider: Decider<C, E, S>,
  schemas: EventSchemas,
  { command, registration }: { readonly command: fc.Arbitrary<C>; readonly registration: C },
): fc.Arbitrary<readonly C[]> {
  const sequence = sequencesOf(command, registration);
  describe(`the laws of deciders, for ${name}`, () => {
    it('deciding again gives nothing', () => {
      decidingAgainGivesNothing(decider, sequence, command);
    });
    it('events survive the store', () => {
      survivesTheStore(decider, sequence);
    });
    it('the fold never throws', () => {
      for (const first of run(decider, [registration]).events) evolveNeverThrows(decider, schemas, first);
    });
  });
  return sequence;
}
