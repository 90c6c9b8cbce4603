import { describe, expect, it } from 'vitest';
import { domainCategories } from '../../../application/ports/event-store/categories.ts';
import { Following } from '../../contract/event-store/following.ts';
import { freshStream, numbersOf, samples, sleep } from '../../contract/event-store/samples.ts';
import { eventually, useStoreDatabase } from './support.ts';

describe('news of appends', () => {
  const database = useStoreDatabase();

  it('comes without NOTIFY too: a notification is only a hint (pitfall a8)', async () => {
    // As if every notification were lost.
    const { rows } = await database().run(
      `SELECT pg_get_functiondef('event_store.append_batch'::regproc) AS loud`,
    );
    const loud = rows[0]?.['loud'] ?? '';
    const quiet = loud.replace(/PERFORM pg_notify\(.*\);/, '');
    expect(quiet).not.toBe(loud);
    await database().run(quiet);
    const store = await database().open();
    const following = new Following(store, { categories: domainCategories, from: 'start' });
    await following.caughtUp();
    for (let n = 1; n <= 3; n += 1) {
      await store.append(freshStream(), samples(1), { expected: 'any' });
      const began = performance.now();
      await following.until((f) => f.events.length === 1 + n);
      expect(performance.now() - began).toBeLessThan(1000);
    }
    await following.cancel();
    await database().run(loud);
  });

  it('asks the server a handful of times a second while nothing happens, however many follow', async () => {
    const store = await database().open({ applicationName: 'idle' });
    const followings = Array.from(
      { length: 10 },
      () => new Following(store, { categories: domainCategories, from: 'start' }),
    );
    for (const following of followings) await following.caughtUp();
    await sleep(300);
    const statements = async (): Promise<number> => {
      const { rows } = await database().run(
        `SELECT sum(calls) AS calls FROM (SELECT xact_commit AS calls FROM pg_stat_database
         WHERE datname = current_database()) s`,
      );
      return Number(rows[0]?.['calls']);
    };
    const before = await statements();
    await sleep(3000);
    const perSecond = ((await statements()) - before) / 3;
    expect(perSecond).toBeLessThan(20);
    for (const following of followings) await following.cancel();
  });

  it('reaches a subscriber that fell behind while it worked, without another append', async () => {
    const store = await database().open();
    const from = await store.head('domain');
    const following = new Following(store, { categories: ['space'], from, batchSize: 10 }, () => sleep(30));
    const stream = freshStream();
    for (let n = 0; n < 100; n += 10) await store.append(stream, samples(10, n), { expected: 'any' });
    await eventually(() => following.events.length === 100);
    expect(numbersOf(following.events)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    await following.cancel();
  });
});
