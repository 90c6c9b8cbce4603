import { describe, expect, it } from 'vitest';
import { type Harness } from './harness.ts';
import { collect, freshStream, numbersOf, samples, sleep } from './samples.ts';

export function retentionCases(harness: () => Harness): void {
  const pass = async (seconds: number): Promise<void> => {
    const { underTest } = harness();
    if (underTest.advanceTime === undefined) await sleep(seconds * 1000);
    else await underTest.advanceTime(seconds);
  };

  describe('retention', () => {
    it('hides what is older than the limit, and goes on numbering', async () => {
      const { store } = harness();
      const stream = freshStream('frames');
      await store.retain(stream, 1);
      await store.append(stream, samples(3), { expected: 'any' });
      expect(numbersOf(await collect(store.readStream(stream)))).toEqual([0, 1, 2]);
      await pass(2.2);
      expect(await collect(store.readStream(stream))).toEqual([]);
      expect(await collect(store.readStream(stream, { direction: 'backwards', limit: 1 }))).toEqual([]);
      const answer = await store.append(stream, samples(2, 3), { expected: 'any' });
      expect(answer.revision).toBe(4);
      const read = await collect(store.readStream(stream));
      expect(read.map((event) => event.revision)).toEqual([3, 4]);
      expect(await collect(store.readStream(stream, { from: 0, limit: 1 }))).toMatchObject([{ revision: 3 }]);
    });

    it('hides the old events of a stream that existed before, and the limit can be changed', async () => {
      const { store } = harness();
      const stream = freshStream('access');
      await store.append(stream, samples(2), { expected: 'no_stream' });
      await store.retain(stream, 3600);
      await store.retain(stream, 3600);
      await pass(2.2);
      expect(await collect(store.readStream(stream))).toHaveLength(2);
      await store.retain(stream, 1);
      expect(await collect(store.readStream(stream))).toEqual([]);
    });

    it('touches no other stream', async () => {
      const { store } = harness();
      const [kept, other] = [freshStream('frames'), freshStream('refusals')];
      await store.append(kept, samples(2), { expected: 'any' });
      await store.append(other, samples(2), { expected: 'any' });
      await store.retain(other, 1);
      await pass(2.2);
      expect(await collect(store.readStream(kept))).toHaveLength(2);
      expect(await collect(store.readStream(other))).toHaveLength(0);
    });

    it('frees space without touching what is shown, nor the head, nor the numbering', async () => {
      const { store } = harness();
      const [old, kept, domain] = [freshStream('frames'), freshStream('frames'), freshStream('space')];
      await store.retain(old, 1);
      await store.append(kept, samples(2), { expected: 'any' });
      await store.append(domain, samples(2), { expected: 'any' });
      await store.append(old, samples(2), { expected: 'any' });
      const head = await store.head('frames');
      await pass(2.2);
      expect(await store.expire()).toBeGreaterThanOrEqual(0);
      expect(await store.head('frames')).toEqual(head);
      expect(await collect(store.readStream(kept))).toHaveLength(2);
      expect(await collect(store.readStream(domain))).toHaveLength(2);
      expect(await store.append(old, samples(1), { expected: 'any' })).toMatchObject({ revision: 2 });
    });
  });
}
