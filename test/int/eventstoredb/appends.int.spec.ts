import { describe, expect, it } from 'vitest';
import { openEventStoreDb } from '../../../adapters/eventstoredb/index.ts';
import { OutcomeUnknownError, StoreUnavailableError } from '../../../application/ports/event-store/errors.ts';
import { type AppendFault } from '../../support/fake-eventstoredb/fake-eventstoredb.ts';
import { collect, freshStream, idsOf, sample, samples, sleep } from '../../contract/event-store/samples.ts';
import { useFake } from './use-fake.ts';

describe('appends to a server in trouble', () => {
  const used = useFake();
  const fixedAfter = (ms: number): void => void setTimeout(() => (used.fake.appendFault = null), ms);

  it('b8: a silent server: settles at its time, and not at all later', async () => {
    const { fake, store, crashes } = used;
    fake.appendFault = 'silent';
    const began = performance.now();
    const attempt = store.append(freshStream(), samples(1), { expected: 'no_stream', timeoutMs: 300 });
    await expect(attempt).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(performance.now() - began).toBeLessThan(600);
    expect(crashes).toEqual([]);
  });

  it('b8: a server silent for too long gets a new connection, and appends go on', async () => {
    const { fake, store } = used;
    fake.appendFault = 'silent';
    const first = store.append(freshStream(), samples(1), { expected: 'no_stream', timeoutMs: 4300 });
    await expect(first).rejects.toBeInstanceOf(OutcomeUnknownError);
    fake.appendFault = null;
    const batches = fake.batches;
    await expect(store.append(freshStream(), samples(1), { expected: 'any' })).resolves.toMatchObject({
      revision: 0,
    });
    expect(fake.batches).toBe(batches + 1);
  });

  it.each<AppendFault>(['written-then-end', 'written-then-error', 'written-but-timeout'])(
    'b3, b8: %s: repeated with the same ids and expectation until it is answered, stored once',
    async (fault) => {
      const { fake, store, crashes } = used;
      const stream = freshStream();
      await store.append(stream, samples(2), { expected: 'no_stream' });
      const events = samples(3);
      fake.appendFault = fault;
      fixedAfter(200);
      await expect(store.append(stream, events, { expected: 1 })).resolves.toMatchObject({ revision: 4 });
      expect(fake.records.of(stream)).toHaveLength(5);
      expect(crashes).toEqual([]);
    },
  );

  it.each<AppendFault>([
    'written-then-end',
    'written-then-error',
    'written-but-timeout',
    'answered-without-content',
  ])('b2: %s with `any`: outcome unknown at once, because a repeat would be stored twice', async (fault) => {
    const { fake, store } = used;
    fake.appendFault = fault;
    const stream = freshStream();
    const attempt = store.append(stream, samples(2), { expected: 'any' });
    await expect(attempt).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(fake.records.of(stream)).toHaveLength(2);
  });

  it('b3: an outcome that stays unknown is never turned into "unavailable"', async () => {
    const { fake, store } = used;
    fake.appendFault = 'written-but-timeout';
    const attempt = store.append(freshStream(), samples(1), { expected: 'no_stream', timeoutMs: 500 });
    setTimeout(() => (fake.appendFault = 'not-ready'), 100);
    await expect(attempt).rejects.toBeInstanceOf(OutcomeUnknownError);
  });

  it('b7: an error on one stream of appends rejects nobody else’s, and late answers end nothing', async () => {
    const { fake, store, crashes } = used;
    const other = await openEventStoreDb({ url: fake.url });
    const stream = freshStream();
    fake.appendFault = 'error-then-late-answer';
    const first = store.append(stream, samples(1), { expected: 'any' }).catch((error: unknown) => error);
    await sleep(20);
    fake.appendFault = null;
    const others = samples(20).map((event) =>
      other.append(freshStream(), [event], { expected: 'no_stream' }),
    );
    await expect(Promise.all(others)).resolves.toHaveLength(20);
    expect(await first).toBeInstanceOf(OutcomeUnknownError);
    await sleep(200);
    await expect(store.append(stream, samples(1), { expected: 0 })).resolves.toMatchObject({ revision: 1 });
    expect(crashes).toEqual([]);
    await other.close();
  });

  it.each<AppendFault>(['answered-twice', 'answered-without-content'])(
    'b7: %s does not end the process, and later appends are answered',
    async (fault) => {
      const { fake, store, crashes } = used;
      fake.appendFault = fault;
      fixedAfter(100);
      const stream = freshStream();
      await expect(store.append(stream, samples(1), { expected: 'no_stream' })).resolves.toMatchObject({
        revision: 0,
      });
      await expect(store.append(stream, samples(1), { expected: 0 })).resolves.toMatchObject({ revision: 1 });
      expect(crashes).toEqual([]);
    },
  );

  it('b7: one client dying under load leaves the other’s appends alone', async () => {
    const { fake, store, crashes } = used;
    const other = await openEventStoreDb({ url: fake.url });
    const appends = Array.from({ length: 60 }, async (_, n) => {
      if (n === 30) void other.close();
      await store.append(freshStream(), samples(2), { expected: 'no_stream' });
      if (n < 10)
        await other.append(freshStream(), samples(2), { expected: 'no_stream' }).catch(() => undefined);
    });
    await expect(Promise.all(appends)).resolves.toHaveLength(60);
    expect(crashes).toEqual([]);
  });

  it('"Server Is Not Ready" is retried, and "unavailable" when it lasts: nothing was written', async () => {
    const { fake, store } = used;
    fake.appendFault = 'not-ready';
    fixedAfter(300);
    await expect(store.append(freshStream(), samples(1), { expected: 'any' })).resolves.toMatchObject({
      revision: 0,
    });
    fake.appendFault = 'not-ready';
    const stream = freshStream();
    const attempt = store.append(stream, samples(1), { expected: 'any' });
    await expect(attempt).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(fake.records.of(stream)).toEqual([]);
  });

  it('b11: nothing listening is "unavailable" with certainty, by code and not by class', async () => {
    const { fake, store } = used;
    fake.crash();
    await sleep(50);
    const attempt = store.append(freshStream(), samples(1), { expected: 'any' });
    await expect(attempt).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(store.ping()).rejects.toBeInstanceOf(StoreUnavailableError);
  });

  it('a restart of the server: the same store goes on by itself', async () => {
    const { fake, store, crashes } = used;
    const stream = freshStream();
    await store.append(stream, samples(1), { expected: 'no_stream' });
    const appends = Array.from({ length: 10 }, () =>
      store.append(freshStream(), samples(1), { expected: 'no_stream' }),
    );
    fake.crash();
    setTimeout(() => void fake.listen(), 600);
    await expect(Promise.all(appends)).resolves.toHaveLength(10);
    await expect(store.append(stream, samples(1), { expected: 0 })).resolves.toMatchObject({ revision: 1 });
    expect(await collect(store.readStream(stream))).toHaveLength(2);
    expect(crashes).toEqual([]);
  });

  it('never hedges: a repeat waits for its original while that may still be answered', async () => {
    const { fake, store } = used;
    const stream = freshStream();
    const events = samples(2);
    fake.appendFault = 'silent';
    const first = store.append(stream, events, { expected: 'no_stream', timeoutMs: 50 });
    await expect(first).rejects.toBeInstanceOf(OutcomeUnknownError);
    fake.appendFault = null;
    const second = store.append(stream, events, { expected: 'no_stream', timeoutMs: 300 });
    await expect(second).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(fake.records.of(stream)).toEqual([]);
    await expect(store.append(stream, events, { expected: 'no_stream' })).resolves.toMatchObject({
      revision: 1,
    });
    expect(idsOf(await collect(store.readStream(stream)))).toEqual(idsOf(events));
  });

  it('b12: writes the canonical bytes themselves, as JSON', async () => {
    const { fake, store } = used;
    const stream = freshStream();
    await store.append(stream, [sample({ z: 1, a: 'ü\u0000' }, { metadata: { y: 1, b: 2 } })], {
      expected: 'any',
    });
    const [record] = fake.records.of(stream);
    expect(Buffer.from(record?.data ?? []).toString('utf8')).toBe('{"a":"ü\\u0000","z":1}');
    expect(Buffer.from(record?.metadata ?? []).toString('utf8')).toBe('{"b":2,"y":1}');
    expect(record?.contentType).toBe('application/json');
  });
});
