import { describe, expect, it } from 'vitest';
import { AppendTooLargeError, InvalidEventError } from '../../../application/ports/event-store/errors.ts';
import {
  MAX_APPEND_BYTES,
  type ExpectedRevision,
} from '../../../application/ports/event-store/event-store.ts';
import { type NewEvent } from '../../../application/ports/event-store/events.ts';
import { type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { type JsonObject } from '../../../domain/canonical/json.ts';
import { type Harness } from './harness.ts';
import { collect, freshStream, sample, samples } from './samples.ts';

const cycle: Record<string, unknown> = { n: 1 };
cycle['self'] = cycle;

const bad = (data: unknown): NewEvent => sample(data as JsonObject);
const invalid: readonly { readonly what: string; readonly event: NewEvent }[] = [
  { what: 'an id that is no UUID', event: sample({}, { id: 'not-a-uuid' }) },
  { what: 'an empty id', event: sample({}, { id: '' }) },
  { what: 'an id in capitals', event: sample({}, { id: 'AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA' }) },
  { what: 'an id without dashes', event: sample({}, { id: 'a'.repeat(32) }) },
  { what: 'an empty type', event: sample({}, { type: '' }) },
  { what: 'a type of the store itself', event: sample({}, { type: '$metadata' }) },
  { what: 'a float', event: bad({ voltage: 3.6 }) },
  { what: 'NaN', event: bad({ n: Number.NaN }) },
  { what: 'an unsafe integer', event: bad({ n: 2 ** 53 }) },
  { what: 'a BigInt (pitfall b9)', event: bad({ n: 1n }) },
  { what: 'a cycle (pitfall b9)', event: bad(cycle) },
  { what: 'a lone surrogate (pitfall a10)', event: bad({ text: 'half \ud83d' }) },
  { what: 'a lone surrogate in a key', event: bad({ '\udc00': 1 }) },
  { what: 'a key that looks like an integer', event: bad({ '7': 'seven' }) },
  { what: 'a Date', event: bad({ at: new Date(0) }) },
  { what: 'a function', event: bad({ f: () => 1 }) },
  { what: 'data that is no object', event: bad([1, 2]) },
  { what: 'null data', event: bad(null) },
  { what: 'a float in the metadata', event: sample({}, { metadata: { n: 0.5 } }) },
];

export function refusalCases(harness: () => Harness): void {
  describe('what no store takes', () => {
    it.each(invalid)('refuses $what, writes nothing and goes on working', async ({ event }) => {
      const { store } = harness();
      const stream = freshStream();
      const good = sample();
      await expect(store.append(stream, [good, event, sample()], { expected: 'any' })).rejects.toBeInstanceOf(
        InvalidEventError,
      );
      expect(await collect(store.readStream(stream))).toEqual([]);
      await expect(store.append(stream, [good], { expected: 'no_stream' })).resolves.toMatchObject({
        revision: 0,
      });
    });

    it('refuses an append of no events', async () => {
      const { store } = harness();
      await expect(store.append(freshStream(), [], { expected: 'any' })).rejects.toBeInstanceOf(
        InvalidEventError,
      );
    });

    it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
      'refuses %d as an expected revision (pitfall b5)',
      async (expected) => {
        const { store } = harness();
        const stream = freshStream();
        await expect(store.append(stream, [sample()], { expected })).rejects.toBeInstanceOf(
          InvalidEventError,
        );
        await expect(
          store.append(stream, [sample()], { expected: 'sometimes' as ExpectedRevision }),
        ).rejects.toBeInstanceOf(InvalidEventError);
        expect(await collect(store.readStream(stream))).toEqual([]);
      },
    );

    it('refuses a name that streamName did not make', async () => {
      const { store } = harness();
      await expect(
        store.append('space-1' as StreamName, [sample()], { expected: 'any' }),
      ).rejects.toBeInstanceOf(InvalidEventError);
    });

    it('takes an append of exactly the largest size and refuses one byte more (pitfall b24)', async () => {
      const { store } = harness();
      const stream = freshStream();
      const empty = sample({ text: '' });
      const fixed =
        empty.id.length + empty.type.length + '{"text":""}'.length + JSON.stringify(empty.metadata).length;
      const text = 'x'.repeat(MAX_APPEND_BYTES - fixed);
      const over = store.append(stream, [{ ...empty, data: { text: `${text}x` } }], {
        expected: 'no_stream',
      });
      await expect(over).rejects.toBeInstanceOf(AppendTooLargeError);
      expect(await collect(store.readStream(stream))).toEqual([]);
      await store.append(stream, [{ ...empty, data: { text } }], { expected: 'no_stream' });
      const [read] = await collect(store.readStream(stream));
      expect(read?.data['text']).toBe(text);
    });

    it('counts the size in bytes of UTF-8 and over all events of the append', async () => {
      const { store } = harness();
      const third = { text: 'ü'.repeat(MAX_APPEND_BYTES / 6) };
      const events = [sample(third), sample(third), sample(third)];
      await expect(store.append(freshStream(), events, { expected: 'any' })).rejects.toBeInstanceOf(
        AppendTooLargeError,
      );
      await expect(store.append(freshStream(), events.slice(1), { expected: 'any' })).resolves.toBeDefined();
    });

    it('takes an append of a thousand small events whole', async () => {
      const { store } = harness();
      const stream = freshStream();
      const answer = await store.append(stream, samples(1000), { expected: 'no_stream' });
      expect(answer.revision).toBe(999);
      expect(await collect(store.readStream(stream))).toHaveLength(1000);
    });
  });
}
