import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WrongExpectedRevisionError } from '../../../application/ports/event-store/errors.ts';
import { type ExpectedRevision } from '../../../application/ports/event-store/event-store.ts';
import { type Harness } from './harness.ts';
import { ModelStream } from './model.ts';
import { collect, freshStream, idsOf, sample } from './samples.ts';

interface Step {
  readonly stream: number;
  readonly expected: ExpectedRevision;
  /** Numbers of a small pool of ids, so that repeats and near-repeats happen. */
  readonly ids: readonly number[];
}

const numbered: fc.Arbitrary<ExpectedRevision> = fc.oneof(
  { weight: 4, arbitrary: fc.nat(6) },
  { weight: 2, arbitrary: fc.constant('no_stream' as const) },
);
/** Runs of ids, as retries have them: with random ids alone almost every repeat would differ in its first id. */
const run = fc
  .tuple(fc.nat(5), fc.integer({ min: 1, max: 3 }))
  .map(([first, length]) => Array.from({ length }, (_, index) => first + index));
const step: fc.Arbitrary<Step> = fc.record({ stream: fc.nat(1), expected: numbered, ids: run });

/** Expectations that do not look at ids: there a store may answer from its memory, so every id is new. */
const fresh: fc.Arbitrary<Step> = fc.record({
  stream: fc.nat(1),
  expected: fc.constantFrom<ExpectedRevision>('any', 'stream_exists', 'no_stream', 0, 1, 2, 3),
  ids: fc.constant([]),
});

export function modelCases(harness: () => Harness): void {
  const agree = async (steps: readonly Step[]): Promise<void> => {
    const { store } = harness();
    const pool = Array.from({ length: 8 }, () => randomUUID());
    const streams = [freshStream(), freshStream()].map((name) => ({ name, model: new ModelStream() }));
    for (const { stream, expected, ids } of steps) {
      const target = streams[stream];
      if (target === undefined) throw new Error('two streams are enough');
      const chosen = ids.length === 0 ? [randomUUID()] : ids.map((n) => pool[n] ?? randomUUID());
      const answer = await store
        .append(
          target.name,
          chosen.map((id) => sample({}, { id })),
          { expected },
        )
        .then(
          (result) => result.revision,
          (error: unknown) => {
            if (error instanceof WrongExpectedRevisionError) return 'refused' as const;
            throw error;
          },
        );
      expect(answer).toBe(target.model.append(chosen, expected));
    }
    for (const { name, model } of streams)
      expect(idsOf(await collect(store.readStream(name)))).toEqual(model.ids);
  };

  describe('any sequence of appends is answered as the model answers it (property)', () => {
    it('with repeats, prefixes and changed ids', async () => {
      await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), agree), {
        numRuns: 60,
      });
    });

    it('with every kind of expectation', async () => {
      await fc.assert(fc.asyncProperty(fc.array(fresh, { minLength: 2, maxLength: 12 }), agree), {
        numRuns: 40,
      });
    });
  });
}
