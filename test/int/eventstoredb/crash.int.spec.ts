import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEventStoreDb } from '../../../adapters/eventstoredb/index.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { Following } from '../../contract/event-store/following.ts';
import { collect, freshStream, idsOf, samples, sleep } from '../../contract/event-store/samples.ts';
import { Load } from './load.ts';
import { serverControl } from './server-control.ts';

const control = serverControl();
const url = process.env['EVENT_STORE_URL'];
const name = 'a real EventStoreDB that is ended and started (EVENT_STORE_URL and EVENT_STORE_CONTROL)';

describe.skipIf(control === null || url === undefined)(name, () => {
  let store: EventStore;
  const act = control ?? (() => Promise.reject(new Error('skipped')));

  beforeAll(async () => {
    store = await openEventStoreDb({ url: url ?? '' });
  });
  afterAll(() => store.close());

  const survives = async (outage: () => Promise<void>): Promise<Load> => {
    const tenant = randomUUID();
    const from = await store.head('domain');
    const following = new Following(store, { categories: ['space'], from });
    await following.caughtUp();
    const load = new Load(store, 32, tenant);
    await sleep(1500);
    const before = load.total;
    await outage();
    const after = load.total;
    await sleep(2000);
    await load.stop();
    expect(before).toBeGreaterThan(100);
    expect(load.total).toBeGreaterThan(after + 100);
    for (const [stream, events] of load.acknowledged) {
      // Nothing that was acknowledged is lost, and nothing is there twice.
      expect(idsOf(await collect(store.readStream(stream)))).toEqual(idsOf(events));
    }
    await following.until((f) => f.of(tenant).length >= load.total, 30_000);
    expect(following.of(tenant)).toHaveLength(load.total);
    expect(new Set(idsOf(following.of(tenant))).size).toBe(load.total);
    await following.cancel();
    return load;
  };

  it('SIGKILL under the load of 32 callers: nothing acknowledged is lost, nothing is stored twice', async () => {
    const load = await survives(async () => {
      await act('kill');
      await sleep(500);
      await act('start');
    });
    console.log(`kill: ${load.total} appended, ${load.unknown} unknown, ${load.unavailable} unavailable`);
  }, 120_000);

  it('SIGTERM under load: the same', async () => {
    const load = await survives(async () => {
      await act('term');
      await act('start');
    });
    console.log(`term: ${load.total} appended, ${load.unknown} unknown, ${load.unavailable} unavailable`);
  }, 120_000);

  it('a frozen server (SIGSTOP): calls settle in time, and everything goes on when it thaws', async () => {
    const load = await survives(async () => {
      await act('stop');
      const began = performance.now();
      await expect(
        store.append(freshStream(), samples(1), { expected: 'any', timeoutMs: 1000 }),
      ).rejects.toThrow();
      expect(performance.now() - began).toBeLessThan(2000);
      await sleep(7000);
      await act('cont');
      await sleep(1000);
    });
    console.log(`stop: ${load.total} appended, ${load.unknown} unknown, ${load.unavailable} unavailable`);
  }, 120_000);

  it('after a restart: the same store id, repeats with a number and no_stream are still answered', async () => {
    const stream = freshStream();
    const events = samples(3);
    const first = await store.append(stream, events.slice(0, 1), { expected: 'no_stream' });
    const second = await store.append(stream, events.slice(1), { expected: 0 });
    await act('kill');
    await act('start');
    expect(await store.append(stream, events.slice(0, 1), { expected: 'no_stream' })).toEqual(first);
    expect(await store.append(stream, events.slice(1), { expected: 0 })).toEqual(second);
    expect(idsOf(await collect(store.readStream(stream)))).toEqual(idsOf(events));
    const again = await openEventStoreDb({ url: url ?? '' });
    expect(again.storeId).toBe(store.storeId);
    await again.close();
  }, 120_000);

  it('an outage of 20 s: refused with certainty meanwhile, found again within two seconds after it', async () => {
    await act('kill');
    const until = performance.now() + 20_000;
    while (performance.now() < until) {
      const attempt = store.append(freshStream(), samples(1), { expected: 'any', timeoutMs: 500 });
      await expect(attempt).rejects.toMatchObject({ code: 'store-unavailable' });
      await sleep(200);
    }
    await act('start');
    const began = performance.now();
    for (;;) {
      const answer = await store.append(freshStream(), samples(1), { expected: 'any' }).catch(() => null);
      if (answer !== null) break;
    }
    await store.ping();
    expect(performance.now() - began).toBeLessThan(2000);
  }, 120_000);
});
