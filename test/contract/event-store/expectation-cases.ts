import { describe, expect, it } from 'vitest';
import { WrongExpectedRevisionError } from '../../../application/ports/event-store/errors.ts';
import { type ExpectedRevision } from '../../../application/ports/event-store/event-store.ts';
import { type Harness } from './harness.ts';
import { collect, freshStream, idsOf, numbersOf, sample, samples } from './samples.ts';

interface Row {
  readonly written: number;
  readonly expected: ExpectedRevision;
  readonly answer: number | 'refused';
}

/** Streams of none, one and three events against every kind of expectation. */
const table: readonly Row[] = [
  { written: 0, expected: 'any', answer: 0 },
  { written: 0, expected: 'no_stream', answer: 0 },
  { written: 0, expected: 'stream_exists', answer: 'refused' },
  { written: 0, expected: 0, answer: 'refused' },
  { written: 0, expected: 7, answer: 'refused' },
  { written: 1, expected: 'any', answer: 1 },
  { written: 1, expected: 'no_stream', answer: 'refused' },
  { written: 1, expected: 'stream_exists', answer: 1 },
  { written: 1, expected: 0, answer: 1 },
  { written: 1, expected: 1, answer: 'refused' },
  { written: 3, expected: 'any', answer: 3 },
  { written: 3, expected: 'no_stream', answer: 'refused' },
  { written: 3, expected: 'stream_exists', answer: 3 },
  { written: 3, expected: 0, answer: 'refused' },
  { written: 3, expected: 1, answer: 'refused' },
  { written: 3, expected: 2, answer: 3 },
  { written: 3, expected: 3, answer: 'refused' },
  { written: 3, expected: Number.MAX_SAFE_INTEGER, answer: 'refused' },
];

export function expectationCases(harness: () => Harness): void {
  describe('expected revisions', () => {
    it.each(table)(
      '$expected on a stream of $written events: $answer',
      async ({ written, expected, answer }) => {
        const { store } = harness();
        const stream = freshStream();
        if (written > 0) await store.append(stream, samples(written), { expected: 'no_stream' });
        const attempt = store.append(stream, [sample({ n: 99 })], { expected });
        if (answer === 'refused') {
          const actual = written === 0 ? 'no_stream' : written - 1;
          await expect(attempt).rejects.toBeInstanceOf(WrongExpectedRevisionError);
          await expect(attempt).rejects.toMatchObject({ stream, expected, actual });
        } else {
          await expect(attempt).resolves.toMatchObject({ revision: answer });
        }
        expect(await collect(store.readStream(stream))).toHaveLength(
          written + (answer === 'refused' ? 0 : 1),
        );
      },
    );

    it('answers the revision and the position of the last event of the append', async () => {
      const { store } = harness();
      const stream = freshStream();
      const first = await store.append(stream, samples(3), { expected: 'no_stream' });
      const second = await store.append(stream, samples(2, 3), { expected: first.revision });
      expect([first.revision, second.revision]).toEqual([2, 4]);
      const events = await collect(store.readStream(stream));
      expect(first.position).toEqual(events[2]?.position);
      expect(second.position).toEqual(events[4]?.position);
    });

    it('writes all events of an append next to each other and in order', async () => {
      const { store } = harness();
      const stream = freshStream();
      const events = samples(50);
      await store.append(stream, events, { expected: 'no_stream' });
      const read = await collect(store.readStream(stream));
      expect(idsOf(read)).toEqual(idsOf(events));
      expect(read.map((event) => event.revision)).toEqual(events.map((_, index) => index));
    });

    it('is atomic: of an append that is refused nothing is written', async () => {
      const { store } = harness();
      const stream = freshStream();
      await store.append(stream, samples(1), { expected: 'no_stream' });
      await expect(store.append(stream, samples(20, 1), { expected: 5 })).rejects.toThrow();
      expect(numbersOf(await collect(store.readStream(stream)))).toEqual([0]);
    });

    it('lets exactly one of many appends with the same expectation through', async () => {
      const { store } = harness();
      const stream = freshStream();
      const outcomes = await Promise.allSettled(
        samples(16).map((event) => store.append(stream, [event], { expected: 'no_stream' })),
      );
      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
      expect(await collect(store.readStream(stream))).toHaveLength(1);
    });

    it('keeps the order of calls that are not awaited', async () => {
      const { store } = harness();
      const stream = freshStream();
      const answers = await Promise.all(
        samples(40).map((event) => store.append(stream, [event], { expected: 'any' })),
      );
      const read = await collect(store.readStream(stream));
      expect(numbersOf(read)).toEqual(answers.map((_, index) => index));
      expect(answers.map((answer) => answer.revision)).toEqual(read.map((event) => event.revision));
    });
  });
}
