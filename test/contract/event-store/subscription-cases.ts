import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { comparePositions, ForeignPositionError } from '../../../application/ports/event-store/position.ts';
import { Following, followFromHead } from './following.ts';
import { type Harness } from './harness.ts';
import { freshStream, idsOf, numbersOf, sample, samples, sleep } from './samples.ts';

export function subscriptionCases(harness: () => Harness): void {
  describe('subscriptions', () => {
    it('gives what was there before and what comes after', async () => {
      const { store } = harness();
      const tenant = randomUUID();
      const stream = freshStream('space', tenant);
      const from = await store.head('domain');
      await store.append(stream, samples(3), { expected: 'no_stream' });
      const following = new Following(store, { categories: ['space'], from });
      await following.caughtUp();
      expect(numbersOf(following.of(tenant))).toEqual([0, 1, 2]);
      await store.append(stream, samples(3, 3), { expected: 2 });
      await following.until((f) => f.of(tenant).length === 6);
      expect(numbersOf(following.of(tenant))).toEqual([0, 1, 2, 3, 4, 5]);
      await following.cancel();
    });

    it('gives the whole history from the start', async () => {
      const { store } = harness();
      const stream = freshStream('ledger');
      await store.append(stream, samples(2), { expected: 'no_stream' });
      const following = new Following(store, { categories: ['ledger'], from: 'start' });
      await following.until((f) => f.events.some((event) => event.stream === stream && event.revision === 1));
      await following.caughtUp();
      await following.cancel();
    });

    it('takes its start as exclusive', async () => {
      const { store } = harness();
      const tenant = randomUUID();
      const stream = freshStream('space', tenant);
      const { position } = await store.append(stream, samples(2), { expected: 'no_stream' });
      await store.append(stream, samples(2, 2), { expected: 1 });
      if (position === null) throw new Error('a position was expected');
      const following = new Following(store, { categories: ['space'], from: position });
      await following.caughtUp();
      expect(numbersOf(following.of(tenant))).toEqual([2, 3]);
      await following.cancel();
    });

    it('gives each event as its stream gives it, with the position of the last one on the message', async () => {
      const { store } = harness();
      const tenant = randomUUID();
      const following = await followFromHead(store);
      const event = sample({ text: 'ü\u0000\n' });
      const stream = freshStream('space', tenant);
      await store.append(stream, [event], { expected: 'no_stream' });
      await following.until((f) => f.of(tenant).length === 1);
      for await (const page of store.readStream(stream)) expect(following.of(tenant)).toEqual(page);
      for (const message of following.messages) {
        if (message.type === 'events') expect(message.position).toEqual(message.events.at(-1)?.position);
      }
      await following.cancel();
    });

    it('gives only its categories, of all tenants', async () => {
      const { store } = harness();
      const [one, two] = [randomUUID(), randomUUID()];
      const following = await followFromHead(store, ['space', 'device']);
      for (const tenant of [one, two]) {
        for (const category of ['space', 'site', 'device', 'booking', 'frames'] as const) {
          await store.append(freshStream(category, tenant), [sample({ n: 0 })], { expected: 'any' });
        }
      }
      await following.until((f) => f.of(one).length + f.of(two).length >= 4);
      await sleep(50);
      for (const tenant of [one, two]) {
        expect(following.of(tenant).map((event) => event.stream.split('-')[0])).toEqual(['space', 'device']);
      }
      await following.cancel();
    });

    it('follows a transient log', async () => {
      const { store } = harness();
      const tenant = randomUUID();
      const from = await store.head('frames');
      const following = new Following(store, { categories: ['frames'], from });
      await following.caughtUp();
      await store.append(freshStream('frames', tenant), samples(5), { expected: 'any' });
      await following.until((f) => f.of(tenant).length === 5);
      await following.cancel();
    });

    it('gives events in commit order and never twice, whatever streams they are of', async () => {
      const { store, another } = harness();
      const second = await another();
      const tenant = randomUUID();
      const following = await followFromHead(store);
      await Promise.all(
        Array.from({ length: 40 }, (_, n) =>
          (n % 2 === 0 ? store : second).append(freshStream('space', tenant), samples(5), {
            expected: 'no_stream',
          }),
        ),
      );
      await following.until((f) => f.of(tenant).length >= 200);
      const { events } = following;
      events.slice(1).forEach((event, index) => {
        const previous = events[index];
        expect(previous && comparePositions(previous.position, event.position)).toBeLessThan(0);
      });
      expect(following.of(tenant)).toHaveLength(200);
      await following.cancel();
    });

    it('holds to the size of a batch', async () => {
      const { store } = harness();
      const tenant = randomUUID();
      const from = await store.head('domain');
      await store.append(freshStream('space', tenant), samples(25), { expected: 'no_stream' });
      const following = new Following(store, { categories: ['space'], from, batchSize: 10 });
      await following.until((f) => f.of(tenant).length === 25);
      for (const message of following.messages) {
        if (message.type === 'events') expect(message.events.length).toBeLessThanOrEqual(10);
      }
      await following.cancel();
    });

    it('serves many subscribers, each with everything', async () => {
      const { store } = harness();
      const tenant = randomUUID();
      const all = await Promise.all(Array.from({ length: 12 }, () => followFromHead(store)));
      await Promise.all(all.map((following) => following.caughtUp()));
      const events = samples(30);
      await store.append(freshStream('space', tenant), events, { expected: 'no_stream' });
      for (const following of all) {
        await following.until((f) => f.of(tenant).length >= 30);
        expect(idsOf(following.of(tenant))).toEqual(idsOf(events));
        await following.cancel();
      }
    });

    it('gives a slow consumer everything, in order (pitfall b15)', async () => {
      const { store } = harness();
      const tenant = randomUUID();
      const following = await followFromHead(store, ['space'], () => sleep(20), { batchSize: 50 });
      const stream = freshStream('space', tenant);
      for (let n = 0; n < 1500; n += 100) {
        await store.append(stream, samples(100, n), { expected: n === 0 ? 'no_stream' : n - 1 });
      }
      await following.until((f) => f.of(tenant).length >= 1500, 15_000);
      expect(numbersOf(following.of(tenant))).toEqual(Array.from({ length: 1500 }, (_, n) => n));
      await following.cancel();
    });

    it('finishes normally when it is cancelled, also while it waits', async () => {
      const { store } = harness();
      const waiting = await followFromHead(store);
      await waiting.caughtUp();
      await waiting.cancel();
      expect(waiting.ending).toBe('finished');
      const busy = await followFromHead(store, ['space'], () => sleep(5));
      await store.append(freshStream(), samples(100), { expected: 'any' });
      await busy.cancel();
      expect(busy.ending).toBe('finished');
      const count = busy.messages.length;
      await store.append(freshStream(), samples(1), { expected: 'any' });
      expect(busy.messages).toHaveLength(count);
    });

    it('finishes at once when it was cancelled before it began', async () => {
      const { store } = harness();
      const messages: unknown[] = [];
      const options = { categories: ['space'], from: 'start', signal: AbortSignal.abort() } as const;
      for await (const message of store.subscribe(options)) messages.push(message);
      expect(messages).toEqual([]);
    });

    it('can be left by break, and another one begins where it stopped', async () => {
      const { store } = harness();
      const tenant = randomUUID();
      let from = await store.head('domain');
      await store.append(freshStream('space', tenant), samples(30), { expected: 'no_stream' });
      const seen: unknown[] = [];
      while (seen.length < 30) {
        const signal = AbortSignal.timeout(10_000);
        for await (const message of store.subscribe({ categories: ['space'], from, signal, batchSize: 7 })) {
          from = message.position;
          if (message.type !== 'events') continue;
          seen.push(...numbersOf(message.events));
          break;
        }
      }
      expect(seen).toEqual(Array.from({ length: 30 }, (_, n) => n));
    });

    it('refuses categories of several logs, and positions of another store', async () => {
      const { store } = harness();
      const mixed = new Following(store, { categories: ['space', 'frames'], from: 'start' });
      await expect(mixed.caughtUp()).rejects.toBeInstanceOf(RangeError);
      const from = { storeId: randomUUID(), commit: 1n, prepare: 1n };
      const foreign = new Following(store, { categories: ['space'], from });
      await expect(foreign.caughtUp()).rejects.toBeInstanceOf(ForeignPositionError);
    });
  });
}
