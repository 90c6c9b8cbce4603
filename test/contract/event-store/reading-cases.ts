import { beforeAll, describe, expect, it } from 'vitest';
import { type ReadStreamOptions } from '../../../application/ports/event-store/event-store.ts';
import { type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { type Harness } from './harness.ts';
import { collect, freshStream, numbersOf, samples } from './samples.ts';

interface Row extends ReadStreamOptions {
  readonly gives: readonly number[];
}

/** Reads of a stream of the events 0 to 9. */
const table: readonly Row[] = [
  { gives: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
  { from: 'start', gives: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
  { from: 'start', limit: 3, gives: [0, 1, 2] },
  { from: 4, gives: [4, 5, 6, 7, 8, 9] },
  { from: 4, limit: 2, gives: [4, 5] },
  { from: 9, gives: [9] },
  { from: 10, gives: [] },
  { from: 10_000, gives: [] },
  { from: 'end', gives: [] },
  { from: 0, limit: 1, gives: [0] },
  { limit: 100, gives: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
  { limit: 0, gives: [] },
  { direction: 'backwards', gives: [9, 8, 7, 6, 5, 4, 3, 2, 1, 0] },
  { direction: 'backwards', from: 'end', limit: 2, gives: [9, 8] },
  { direction: 'backwards', from: 3, gives: [3, 2, 1, 0] },
  { direction: 'backwards', from: 3, limit: 2, gives: [3, 2] },
  { direction: 'backwards', from: 0, gives: [0] },
  { direction: 'backwards', from: 'start', gives: [0] },
  { direction: 'backwards', from: 10_000, limit: 1, gives: [9] },
  { direction: 'backwards', limit: 0, gives: [] },
];

export function readingCases(harness: () => Harness): void {
  describe('reading a stream', () => {
    let ten: StreamName;
    beforeAll(async () => {
      ten = freshStream();
      await harness().store.append(ten, samples(10), { expected: 'no_stream' });
    });

    it.each(table)('$direction from $from, limit $limit: $gives', async ({ gives, ...options }) => {
      expect(numbersOf(await collect(harness().store.readStream(ten, options)))).toEqual(gives);
    });

    it.each(['forwards', 'backwards'] as const)(
      'a stream that does not exist gives no page, %s',
      async (direction) => {
        const pages: unknown[] = [];
        for await (const page of harness().store.readStream(freshStream(), { direction })) pages.push(page);
        for await (const page of harness().store.readStream(freshStream(), { direction, from: 5 }))
          pages.push(page);
        expect(pages).toEqual([]);
      },
    );

    it.each(['forwards', 'backwards'] as const)(
      'never gives an empty page, and keeps order over pages, %s',
      async (direction) => {
        const { store } = harness();
        const stream = freshStream();
        for (let n = 0; n < 1300; n += 650) {
          await store.append(stream, samples(650, n), { expected: n === 0 ? 'no_stream' : n - 1 });
        }
        const sizes: number[] = [];
        const numbers: unknown[] = [];
        for await (const page of store.readStream(stream, { direction })) {
          sizes.push(page.length);
          numbers.push(...numbersOf(page));
        }
        expect(sizes.every((size) => size > 0)).toBe(true);
        const upwards = Array.from({ length: 1300 }, (_, n) => n);
        expect(numbers).toEqual(direction === 'forwards' ? upwards : upwards.reverse());
      },
    );

    it('limits over page borders', async () => {
      const { store } = harness();
      const stream = freshStream();
      await store.append(stream, samples(1200), { expected: 'no_stream' });
      expect(await collect(store.readStream(stream, { limit: 1100 }))).toHaveLength(1100);
      expect(await collect(store.readStream(stream, { from: 150, limit: 1001 }))).toHaveLength(1001);
    });

    it('can be left early, many times, and the store goes on working', async () => {
      const { store } = harness();
      for (let i = 0; i < 150; i += 1) {
        expect((await collect(store.readStream(ten), 1)).length).toBeGreaterThan(0);
      }
      expect(await collect(store.readStream(ten))).toHaveLength(10);
    });

    it('stops with the reason of its signal', async () => {
      const { store } = harness();
      const reason = new Error('enough');
      const cancelled = collect(store.readStream(ten, { signal: AbortSignal.abort(reason) }));
      await expect(cancelled).rejects.toBe(reason);
      const all = collect(store.readAll({ categories: ['space'], signal: AbortSignal.abort(reason) }));
      await expect(all).rejects.toBe(reason);
    });

    it('reads its own writes, at once and from another client', async () => {
      const { store, another } = harness();
      const client = await another();
      const stream = freshStream();
      for (let n = 0; n < 20; n += 1) {
        await store.append(stream, samples(1, n), { expected: n === 0 ? 'no_stream' : n - 1 });
        const reader = n % 2 === 0 ? store : client;
        expect(await collect(reader.readStream(stream))).toHaveLength(n + 1);
      }
    });
  });
}
