import { describe, expect, it } from 'vitest';
import { StoreAccessDeniedError } from '../../../application/ports/event-store/errors.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { comparePositions, ForeignPositionError } from '../../../application/ports/event-store/position.ts';
import { Records } from '../../support/fake-eventstoredb/records.ts';
import { Following, followFromHead } from '../../contract/event-store/following.ts';
import { freshStream, numbersOf, samples, sleep } from '../../contract/event-store/samples.ts';
import { useFake } from './use-fake.ts';

describe('subscriptions to a server in trouble', () => {
  const used = useFake();

  const write = async (store: EventStore, count: number, first = 0): Promise<void> => {
    for (let n = first; n < first + count; n += 1)
      await store.append(freshStream(), samples(1, n), { expected: 'any' });
  };

  const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

  it('b14: a normal end is a drop like any other: it goes on where it was', async () => {
    const { fake, store } = used;
    const following = await followFromHead(store);
    await write(store, 5);
    await following.until((f) => f.events.length === 5);
    fake.dropSubscriptions();
    await following.until((f) => f.drops.length === 1);
    await write(store, 5, 5);
    await following.until((f) => f.events.length === 10);
    expect(numbersOf(following.events)).toEqual(upTo(10));
    expect(following.ending).toBe('running');
    await following.cancel();
  });

  it('b14: a subscription that ends after every event still gives each one once', async () => {
    const { fake, store } = used;
    const following = await followFromHead(store);
    await write(store, 6);
    fake.readFault = 'end-after-one';
    fake.dropSubscriptions();
    await write(store, 6, 6);
    await following.until((f) => f.events.length >= 12, 15_000);
    expect(numbersOf(following.events)).toEqual(upTo(12));
    await following.cancel();
  });

  it.each([
    [10, 'Consumer too slow to handle event while live. Client resubscription required.'],
    [14, 'Connection dropped'],
    [1, 'Cancelled'],
    [13, 'Received RST_STREAM with code 0'],
    [2, 'Exception was thrown by handler'],
  ])('b14: error %i (%s) is a drop', async (code, details) => {
    const { fake, store, crashes } = used;
    const following = await followFromHead(store);
    await write(store, 3);
    await following.until((f) => f.events.length === 3);
    fake.dropSubscriptions({ code, details });
    await write(store, 3, 3);
    await following.until((f) => f.events.length === 6);
    expect(numbersOf(following.events)).toEqual(upTo(6));
    expect(following.drops).toHaveLength(1);
    expect(crashes).toEqual([]);
    await following.cancel();
  });

  it('"Consumer too slow" is resubscribed at once, anything else after a growing wait', async () => {
    const { fake, store } = used;
    const waits: number[] = [];
    const from = await store.head('domain');
    const options = {
      categories: ['space'] as const,
      from,
      onDrop: (_: unknown, ms: number) => void waits.push(ms),
    };
    const following = new Following(store, options);
    await following.caughtUp();
    fake.dropSubscriptions({ code: 10, details: 'Consumer too slow' });
    await following.caughtUp(2);
    expect(waits).toEqual([0]);
    fake.readFault = 'not-ready';
    fake.dropSubscriptions({ code: 14, details: 'Connection dropped' });
    await sleep(3000);
    fake.readFault = null;
    await following.caughtUp(3);
    expect(waits.length).toBeGreaterThan(1);
    expect(waits.slice(1).every((ms) => ms >= 50)).toBe(true);
    await following.cancel();
  });

  it('a restart of the server loses and repeats nothing', async () => {
    const { fake, store } = used;
    const following = await followFromHead(store);
    await write(store, 5);
    fake.crash();
    await sleep(200);
    await fake.listen();
    await write(store, 5, 5);
    await following.until((f) => f.events.length >= 10, 15_000);
    expect(numbersOf(following.events)).toEqual(upTo(10));
    await following.cancel();
  });

  it('another store behind the same address stops it: positions mean something else there', async () => {
    const { fake, store } = used;
    const following = await followFromHead(store);
    await following.caughtUp();
    fake.crash();
    Object.assign(fake, { records: new Records() });
    await sleep(50);
    await fake.listen();
    await following.until((f) => f.ending !== 'running', 15_000);
    expect(following.ending).toMatchObject({ error: expect.any(ForeignPositionError) as unknown });
  });

  it('b16: a subscription that is alive and delivers nothing is found out and replaced', async () => {
    const { fake, store } = used;
    const following = await followFromHead(store);
    await following.caughtUp();
    fake.readFault = 'wedged';
    fake.dropSubscriptions();
    await following.caughtUp(2);
    await write(store, 3);
    await sleep(1500);
    fake.readFault = null;
    await following.until((f) => f.events.length === 3, 15_000);
    expect(following.drops).toHaveLength(2);
    await following.cancel();
  }, 30_000);

  it('b17: a server that says "caught up" and left events out is not believed', async () => {
    const { fake, store } = used;
    const following = await followFromHead(store);
    await following.caughtUp();
    fake.readFault = 'wedged';
    fake.dropSubscriptions();
    await write(store, 3);
    await following.until((f) => f.drops.length >= 2);
    fake.readFault = null;
    await following.until((f) => f.events.length === 3);
    await following.cancel();
  });

  it('b17: marks of the server that run ahead are not believed while it is live', async () => {
    const { fake, store } = used;
    fake.readFault = 'early-checkpoints';
    const seen: { readonly commit: bigint; readonly events: number }[] = [];
    const following = await followFromHead(store, ['space'], async (message) => {
      await sleep(1);
      seen.push({ commit: message.position.commit, events: following.events.length });
    });
    await following.caughtUp();
    await write(store, 20);
    await following.until((f) => f.events.length === 20);
    for (const { commit, events } of seen) {
      const due = following.events.filter((event) => event.position.commit <= commit).length;
      expect(events).toBeGreaterThanOrEqual(due);
    }
    await following.cancel();
  });

  it('b17: an idle subscription moves its checkpoint, with no help from the server', async () => {
    const { store } = used;
    const following = await followFromHead(store, ['archive']);
    await following.caughtUp();
    const { position } = await store.append(freshStream('site'), samples(3), { expected: 'any' });
    await following.until(({ messages }) => {
      const last = messages.at(-1);
      return (
        last?.type === 'checkpoint' && position !== null && comparePositions(last.position, position) === 0
      );
    });
    await following.cancel();
  });

  it('b15: a consumer that is slow has a bounded number of events waiting for it', async () => {
    const { fake, store } = used;
    const stream = freshStream();
    for (let n = 0; n < 10; n += 1) {
      await store.append(stream, samples(1000, 1000 * n), { expected: n === 0 ? 'no_stream' : 1000 * n - 1 });
    }
    const signal = AbortSignal.timeout(10_000);
    const from = { storeId: store.storeId, commit: 0n, prepare: 0n };
    for await (const message of store.subscribe({ categories: ['space'], from, signal, batchSize: 100 })) {
      if (message.type === 'events') break;
    }
    await sleep(100);
    expect(fake.reads.filter((read) => read.subscription).map((read) => read.cancelled)).toEqual([true]);
  });

  it('b25: refused access ends it, at once', async () => {
    const { fake, store } = used;
    fake.readFault = 'denied';
    const from = { storeId: store.storeId, commit: 0n, prepare: 0n };
    const following = new Following(store, { categories: ['space'], from });
    await following.until((f) => f.ending !== 'running');
    expect(following.ending).toMatchObject({ error: expect.any(StoreAccessDeniedError) as unknown });
    expect(following.drops).toEqual([]);
  });
});
