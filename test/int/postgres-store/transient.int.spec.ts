import { describe, expect, it } from 'vitest';
import { collect, freshStream, numbersOf, samples, sleep } from '../../contract/event-store/samples.ts';
import { Following } from '../../contract/event-store/following.ts';
import { useStoreDatabase } from './support.ts';

const DAY_S = 86_400;

/** Logs of their own, partitioned by day. */
describe('transient logs', () => {
  const database = useStoreDatabase();
  const days =
    (count: number): (() => Date) =>
    () =>
      new Date(Date.now() + count * DAY_S * 1000);

  const partitions = async (log: string): Promise<string[]> => {
    const { rows } = await database().run('SELECT partition::text AS name FROM event_store.partitions($1)', [
      log,
    ]);
    return rows.map((row) => row['name'] ?? '');
  };

  it('write each day into a partition of its own', async () => {
    const stream = freshStream('access');
    for (const day of [0, 1, 2]) {
      const store = await database().open({ now: days(day) });
      await store.append(stream, samples(2, 2 * day), { expected: day === 0 ? 'no_stream' : 2 * day - 1 });
    }
    expect((await partitions('access')).length).toBe(3);
    const store = await database().open();
    expect(numbersOf(await collect(store.readStream(stream)))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(numbersOf(await collect(store.readAll({ categories: ['access'] })))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('never write behind the newest partition: a clock that goes back over midnight changes nothing', async () => {
    const stream = freshStream('refusals');
    const ahead = await database().open({ now: days(2) });
    await ahead.append(stream, samples(2), { expected: 'no_stream' });
    const back = await database().open({ now: days(0) });
    expect(await back.append(stream, samples(1, 2), { expected: 1 })).toMatchObject({ revision: 2 });
    expect(numbersOf(await collect(back.readStream(stream)))).toEqual([0, 1, 2]);
  });

  it('drop a day when the longest policy of all its streams has passed, and hand out no position twice', async () => {
    const [short, long] = [freshStream('frames'), freshStream('frames')];
    const today = await database().open();
    await today.retain(short, 2 * DAY_S);
    await today.retain(long, 5 * DAY_S);
    const first = await today.append(short, samples(3), { expected: 'no_stream' });
    await today.append(long, samples(2), { expected: 'no_stream' });
    const head = await today.head('frames');

    const later = await database().open({ now: days(4) });
    expect(await collect(later.readStream(short))).toEqual([]);
    expect(await collect(later.readStream(long))).toHaveLength(2);
    expect(await later.expire()).toBe(0);

    const muchLater = await database().open({ now: days(7) });
    // The day of the events, and empty days that had been made ahead.
    expect(await muchLater.expire()).toBeGreaterThanOrEqual(1);
    expect(await muchLater.expire()).toBe(0);
    const { rows } = await database().run('SELECT count(*) AS left FROM event_store.frames');
    expect(rows[0]?.['left']).toBe('0');
    expect(await muchLater.head('frames')).toEqual(head);
    const answer = await muchLater.append(short, samples(1), { expected: 2 });
    expect(answer.revision).toBe(3);
    expect(answer.position?.commit).toBe(head.commit + 1n);
    // The originals have gone with their day: their ids cannot be compared any more.
    await expect(muchLater.append(short, samples(3), { expected: 'no_stream' })).rejects.toThrow();
    expect(first.revision).toBe(2);
  });

  it('keep a day in which a stream without a policy has events', async () => {
    const count = async (): Promise<unknown> =>
      (await database().run('SELECT count(*) FROM event_store.refusals')).rows;
    const before = await count();
    const store = await database().open({ now: days(3650) });
    await store.expire();
    expect(await count()).toEqual(before);
    expect(before).not.toEqual([{ count: '0' }]);
  });

  it('an open reader delays the drop, not the appends', async () => {
    const [stream, other] = [freshStream('frames'), freshStream('frames')];
    const store = await database().open({ now: days(100) });
    await store.retain(stream, 60);
    await store.append(stream, samples(1), { expected: 'any' });
    const reader = await database().connect();
    await reader.query('BEGIN; SELECT count(*) FROM event_store.frames');
    const later = await database().open({ now: days(110) });
    await later.append(other, samples(1), { expected: 'no_stream' });
    const expiring = later.expire();
    let slowest = 0;
    let expired = false;
    void expiring.then(() => (expired = true));
    for (let n = 0; !expired && n < 400; n += 1) {
      const began = performance.now();
      await later.append(other, samples(1), { expected: n });
      slowest = Math.max(slowest, performance.now() - began);
      await sleep(2);
    }
    expect(await expiring).toBe(0);
    // A plain DROP would have stood behind the reader, and every append behind the DROP.
    expect(slowest).toBeLessThan(1000);
    await reader.query('COMMIT');
    expect(await later.expire()).toBeGreaterThanOrEqual(1);
  });

  it('are followed like the domain log, and know nothing of it', async () => {
    const store = await database().open();
    const from = await store.head('refusals');
    const following = new Following(store, { categories: ['refusals'], from });
    await following.caughtUp();
    await store.append(freshStream('space'), samples(3), { expected: 'any' });
    await store.append(freshStream('refusals'), samples(3), { expected: 'any' });
    await following.until((f) => f.events.length === 3);
    await following.cancel();
    expect(following.events.map((event) => event.stream.split('-')[0])).toEqual(
      Array.from({ length: 3 }, () => 'refusals'),
    );
  });

  it('do not answer a head that is not committed yet', async () => {
    const store = await database().open();
    const client = await database().connect();
    const before = await store.head('frames');
    await client.query('BEGIN');
    await client.query(
      `SELECT event_store.append_transient('frames', NULL, $1, '{1}', '{-2}', '{1}', gen_random_uuid()::text, 'T', '{}', '{}')`,
      [freshStream('frames')],
    );
    const head = store.head('frames');
    await sleep(100);
    await client.query('ROLLBACK');
    const answered = await head;
    // The burnt number may show, once nobody can write it any more.
    expect(answered.commit - before.commit).toBeLessThanOrEqual(1n);
    const next = await store.append(freshStream('frames'), samples(1), { expected: 'any' });
    expect(next.position?.commit).toBeGreaterThan(answered.commit);
  });

  it('give back U+0000 and lone surrogates, escaped as JSON escapes them (pitfall a10)', async () => {
    const stream = freshStream('frames');
    const data = { envelope: 'half \ud83d and \u0000', rssi: -97.5 };
    await database().run(
      `SELECT event_store.append_transient('frames', NULL, $1, '{1}', '{-1}', '{1}', gen_random_uuid()::text, 'T', $2, '{}')`,
      [stream, JSON.stringify(data)],
    );
    const store = await database().open();
    const [read] = await collect(store.readStream(stream));
    expect(read?.data).toEqual(data);
  });

  it('refuse to keep a domain stream for a while only', async () => {
    const store = await database().open();
    await expect(store.retain(freshStream('space'), 60)).rejects.toBeInstanceOf(RangeError);
  });
});
