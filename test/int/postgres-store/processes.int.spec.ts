import { describe, expect, it } from 'vitest';
import { domainCategories } from '../../../application/ports/event-store/categories.ts';
import { Following } from '../../contract/event-store/following.ts';
import { freshStream, samples, sleep } from '../../contract/event-store/samples.ts';
import { anyBatch, APPEND, eventually, positionsOf, upTo, useStoreDatabase } from './support.ts';
import { startWriter } from './writer-processes.ts';

/** Several programs on one log: real processes, one of which stops or dies. */
describe('several processes', () => {
  const database = useStoreDatabase();

  it('three with 32 callers each: subscribers see 1 to n without a gap (pitfalls a1, a6)', async () => {
    const store = await database().open();
    const followings = [1, 2].map(
      () => new Following(store, { categories: domainCategories, from: 'start' }),
    );
    const writers = [1, 2, 3].map(() => startWriter(database().url, 32, 15));
    const acknowledged = await Promise.all(writers.map((writer) => writer.done));
    expect(acknowledged).toEqual([480, 480, 480]);
    // And StoreOpened.
    const total = 3 * 480 + 1;
    for (const following of followings) {
      await following.until((f) => f.events.length >= total);
      expect(following.events.map((event) => Number(event.position.commit))).toEqual(upTo(total));
      await following.cancel();
    }
  }, 60_000);

  it('one is killed in mid-work: the others go on, and the log has no gap', async () => {
    const store = await database().open();
    const victim = startWriter(database().url, 32, 100_000);
    await victim.ready;
    await sleep(100);
    victim.child.kill('SIGKILL');
    const began = performance.now();
    await store.append(freshStream(), samples(1), { expected: 'no_stream' });
    expect(performance.now() - began).toBeLessThan(4500);
    const positions = await positionsOf(database());
    expect(positions).toEqual(upTo(positions.length));
  }, 60_000);

  it('one is stopped in mid-work: the others go on, and it goes on itself when it is woken', async () => {
    const store = await database().open();
    const sleeper = startWriter(database().url, 32, 40);
    await sleeper.ready;
    for (let n = 0; n < 5; n += 1) {
      sleeper.child.kill('SIGSTOP');
      const began = performance.now();
      await store.append(freshStream(), samples(1), { expected: 'no_stream' });
      expect(performance.now() - began).toBeLessThan(4500);
      sleeper.child.kill('SIGCONT');
      await sleep(20);
    }
    expect(await sleeper.done).toBe(32 * 40);
    const positions = await positionsOf(database());
    expect(positions).toEqual(upTo(positions.length));
  }, 60_000);

  it('one stops between Execute and Sync, holding the lock: transaction_timeout frees it', async () => {
    const holder = await database().connect();
    await holder.query('SET transaction_timeout = 500');
    await holder.query('BEGIN');
    await holder.query(APPEND, anyBatch(freshStream()));
    const store = await database().open();
    const began = performance.now();
    const stream = freshStream();
    await store.append(stream, samples(1), { expected: 'no_stream' });
    const waited = performance.now() - began;
    expect(waited).toBeGreaterThan(200);
    expect(waited).toBeLessThan(4500);
    await expect(holder.query('COMMIT')).rejects.toThrow();
    const positions = await positionsOf(database());
    expect(positions).toEqual(upTo(positions.length));
  });

  it('a lock that is held too long cuts the waiting writer, whose appends are repeated (b3)', async () => {
    const holder = await database().connect();
    const store = await database().open({ transactionTimeoutMs: 300 });
    await store.append(freshStream(), samples(1), { expected: 'no_stream' });
    await holder.query('BEGIN');
    await holder.query(APPEND, anyBatch(freshStream()));
    const stream = freshStream();
    const answer = store.append(stream, samples(2), { expected: 'no_stream', timeoutMs: 10_000 });
    await sleep(1000);
    await holder.query('COMMIT');
    expect((await answer).revision).toBe(1);
    await eventually(async () => {
      const { rows } = await database().run(
        'SELECT count(*) FROM event_store.events e JOIN event_store.streams s ON s.id = e.stream WHERE s.name = $1',
        [stream],
      );
      return rows[0]?.['count'] === '2';
    });
  });
});
