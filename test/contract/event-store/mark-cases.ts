import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type SubscriptionMessage } from '../../../application/ports/event-store/event-store.ts';
import { comparePositions, type Position } from '../../../application/ports/event-store/position.ts';
import { Following, followFromHead } from './following.ts';
import { type Harness } from './harness.ts';
import { collect, freshStream, idsOf, sample, samples, sleep } from './samples.ts';

/** Caught-up and checkpoint marks, and what happens to them over drops (pitfalls b14, b17, b19). */
export function markCases(harness: () => Harness): void {
  const dropAll = async (skip: (note: string) => void): Promise<void> => {
    const { dropSubscriptions } = harness().underTest;
    if (dropSubscriptions === undefined) skip('this store offers no way to drop subscriptions');
    await dropSubscriptions?.();
  };

  const neverBack = (messages: readonly SubscriptionMessage[]): void => {
    messages.slice(1).forEach((message, index) => {
      const previous = messages[index];
      expect(previous && comparePositions(previous.position, message.position)).toBeLessThanOrEqual(0);
    });
  };

  describe('marks', () => {
    it('says caught-up once the head was reached, even when nothing matches', async () => {
      const { store } = harness();
      const head = await store.head('domain');
      const following = await followFromHead(store, ['archive']);
      await following.caughtUp();
      const mark = following.messages.find((message) => message.type === 'caught-up');
      expect(mark && comparePositions(mark.position, head)).toBeGreaterThanOrEqual(0);
      await following.cancel();
    });

    it('says caught-up only after everything that was there', async () => {
      const { store } = harness();
      const tenant = randomUUID();
      const from = await store.head('domain');
      const { position } = await store.append(freshStream('space', tenant), samples(700), {
        expected: 'any',
      });
      let before = -1;
      const following = new Following(store, { categories: ['space'], from, batchSize: 50 }, (message) => {
        if (message.type === 'caught-up' && before < 0) before = following.of(tenant).length;
      });
      await following.caughtUp();
      expect(before).toBe(700);
      const mark = following.messages.find((message) => message.type === 'caught-up');
      expect(mark && position && comparePositions(mark.position, position)).toBeGreaterThanOrEqual(0);
      await following.cancel();
    });

    it('moves its checkpoint over events of other categories (pitfall b17, c9)', async () => {
      const { store } = harness();
      const following = await followFromHead(store, ['archive']);
      await following.caughtUp();
      await store.append(freshStream('space'), samples(40), { expected: 'any' });
      const { position } = await store.append(freshStream('site'), samples(40), { expected: 'any' });
      await following.until(({ messages }) => {
        const last = messages.at(-1);
        return last !== undefined && position !== null && comparePositions(last.position, position) >= 0;
      });
      expect(following.events.filter((event) => !event.stream.startsWith('archive-'))).toEqual([]);
      neverBack(following.messages);
      await following.cancel();
    });

    it('never lets a mark run ahead of what was delivered', async () => {
      const { store } = harness();
      const tenant = randomUUID();
      const marks: { readonly position: Position; readonly seen: number }[] = [];
      const following = await followFromHead(
        store,
        ['space'],
        async (message) => {
          if (message.type === 'events') await sleep(3);
          marks.push({ position: message.position, seen: following.of(tenant).length });
        },
        { batchSize: 20 },
      );
      for (let n = 0; n < 60; n += 1) {
        await store.append(freshStream('site', tenant), samples(5), { expected: 'any' });
        await store.append(freshStream('space', tenant), samples(5), { expected: 'any' });
      }
      await following.until((f) => f.of(tenant).length >= 300);
      const written = following.of(tenant);
      for (const { position, seen } of marks) {
        const upTo = written.filter((event) => comparePositions(event.position, position) <= 0).length;
        expect(seen).toBeGreaterThanOrEqual(upTo);
      }
      neverBack(following.messages);
      await following.cancel();
    });

    it('begins again at any mark without loss and without repeats', async () => {
      const { store } = harness();
      const tenant = randomUUID();
      const first = await followFromHead(store, ['space']);
      await first.caughtUp();
      await store.append(freshStream('site', tenant), samples(20), { expected: 'any' });
      await store.append(freshStream('space', tenant), samples(20), { expected: 'any' });
      await first.until((f) => f.of(tenant).length === 20);
      await first.cancel();
      const all = idsOf(first.of(tenant));
      for (const message of first.messages) {
        const seen = first
          .of(tenant)
          .filter((event) => comparePositions(event.position, message.position) <= 0).length;
        const again = new Following(store, { categories: ['space'], from: message.position });
        await again.until((f) => f.of(tenant).length >= 20 - seen);
        expect(idsOf(again.of(tenant))).toEqual(all.slice(seen));
        await again.cancel();
        const read = await collect(store.readAll({ categories: ['space'], from: message.position }));
        expect(idsOf(read.filter((event) => all.includes(event.id)))).toEqual(all.slice(seen));
      }
    });
  });

  describe('drops', () => {
    it('goes on by itself after a drop, and says so', async ({ skip }) => {
      const { store } = harness();
      const tenant = randomUUID();
      const following = await followFromHead(store);
      await following.caughtUp();
      await store.append(freshStream('space', tenant), samples(5), { expected: 'any' });
      await following.until((f) => f.of(tenant).length === 5);
      await dropAll(skip);
      await following.until((f) => f.drops.length > 0);
      await store.append(freshStream('space', tenant), samples(5), { expected: 'any' });
      await following.until((f) => f.of(tenant).length >= 10);
      await following.caughtUp(2);
      expect(following.of(tenant)).toHaveLength(10);
      expect(following.ending).toBe('running');
      await following.cancel();
    });

    it('loses and repeats nothing over many drops under load', async ({ skip }) => {
      const { store } = harness();
      const tenant = randomUUID();
      const following = await followFromHead(store, ['space'], () => sleep(1), { batchSize: 10 });
      const stream = freshStream('space', tenant);
      for (let n = 0; n < 1000; n += 20) {
        await store.append(stream, samples(20, n), { expected: n === 0 ? 'no_stream' : n - 1 });
        if (n % 100 === 0) await dropAll(skip);
      }
      await following.until((f) => f.of(tenant).length >= 1000, 15_000);
      expect(following.of(tenant).map((event) => event.revision)).toEqual(
        Array.from({ length: 1000 }, (_, n) => n),
      );
      neverBack(following.messages);
      await following.cancel();
    });

    it('repeats nothing that was taken before the drop, and gives again what was not', async ({ skip }) => {
      const { store } = harness();
      const tenant = randomUUID();
      const from = await store.head('domain');
      await store.append(freshStream('space', tenant), samples(60), { expected: 'any' });
      const seen: string[] = [];
      const signal = AbortSignal.timeout(15_000);
      for await (const message of store.subscribe({ categories: ['space'], from, signal, batchSize: 10 })) {
        if (message.type === 'events') seen.push(...idsOf(message.events));
        if (seen.length === 20) await dropAll(skip);
        if (seen.length >= 60) break;
      }
      expect(new Set(seen).size).toBe(60);
      expect(seen).toHaveLength(60);
    });

    it('ends a cancelled subscription even while it waits to try again', async ({ skip }) => {
      const { store } = harness();
      const following = await followFromHead(store);
      await following.caughtUp();
      await dropAll(skip);
      await following.cancel();
      expect(following.ending).toBe('finished');
      await expect(store.append(freshStream(), [sample()], { expected: 'any' })).resolves.toBeDefined();
    });
  });
}
