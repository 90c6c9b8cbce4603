import { describe, expect, it } from 'vitest';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { Following } from './following.ts';
import { type Harness } from './harness.ts';
import { increment } from './increment.ts';
import { collect, freshStream, idsOf, samples } from './samples.ts';
import { runWriters } from './writers.ts';

export function concurrencyCases(harness: () => Harness): void {
  const clients = async (): Promise<readonly [EventStore, EventStore]> => {
    const { store, another } = harness();
    return [store, await another()];
  };

  describe('concurrent writers', () => {
    it('of one stream: each increments with retries, and none of it is lost', async () => {
      const [a, b] = await clients();
      const stream = freshStream();
      await Promise.all(
        Array.from({ length: 16 }, async (_, writer) => {
          for (let i = 0; i < 10; i += 1) await increment(writer % 2 === 0 ? a : b, stream);
        }),
      );
      const counts = (await collect(a.readStream(stream))).map((event) => event.data['count']);
      expect(counts).toEqual(Array.from({ length: 160 }, (_, n) => n + 1));
    });

    it('of many streams: a subscriber sees every event once, each stream in order', async () => {
      const [a, b] = await clients();
      const streams = Array.from({ length: 32 }, () => freshStream('display'));
      const from = await a.head('domain');
      const following = new Following(b, { categories: ['display'], from });
      await Promise.all(
        streams.map(async (stream, index) => {
          const client = index % 2 === 0 ? a : b;
          let expected: number | 'no_stream' = 'no_stream';
          for (let i = 0; i < 20; i += 1) {
            expected = (await client.append(stream, samples(3, 3 * i), { expected })).revision;
          }
        }),
      );
      await following.until((f) => f.events.length >= 32 * 60);
      for (const stream of streams) {
        const revisions = following.events.filter((event) => event.stream === stream).map((e) => e.revision);
        expect(revisions).toEqual(Array.from({ length: 60 }, (_, n) => n));
      }
      expect(new Set(idsOf(following.events)).size).toBe(32 * 60);
      await following.cancel();
    });

    it('in several processes: one stream counts exactly, and a subscriber sees 1 to n', async ({ skip }) => {
      const { store, underTest } = harness();
      if (underTest.inChildren === undefined) return skip('this store lives in one process');
      const stream = freshStream('booking');
      const from = await store.head('domain');
      const following = new Following(store, { categories: ['booking'], from });
      await runWriters(underTest.inChildren, { processes: 3, increments: 40, stream });
      await following.until((f) => f.events.filter((event) => event.stream === stream).length >= 120);
      const counts = following.events.filter((event) => event.stream === stream).map((e) => e.data['count']);
      expect(counts).toEqual(Array.from({ length: 120 }, (_, n) => n + 1));
      await following.cancel();
    }, 60_000);
  });
}
