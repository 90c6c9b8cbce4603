import { afterEach, describe, expect, it } from 'vitest';
import { type PostgresStore } from '../../../adapters/postgres-store/postgres-store.ts';
import { OutcomeUnknownError, StoreUnavailableError } from '../../../application/ports/event-store/errors.ts';
import { collect, freshStream, idsOf, samples, sleep } from '../../contract/event-store/samples.ts';
import { flakyLink, type FlakyLink } from './flaky-link.ts';
import { eventually, useStoreDatabase } from './support.ts';

/** What a caller is told when the way to the server breaks, and what is in the log afterwards. */
describe('broken connections', () => {
  const database = useStoreDatabase();
  let link: FlakyLink | undefined;

  const open = async (options = {}): Promise<{ store: PostgresStore; link: FlakyLink }> => {
    const own = (link = await flakyLink(database().url));
    const store = await database().open({ connectionString: own.url, ...options });
    // The writer's connection stands before it is broken.
    await store.append(freshStream(), samples(1), { expected: 'any' });
    return { store, link: own };
  };
  const written = async (stream: ReturnType<typeof freshStream>): Promise<string[]> =>
    idsOf(await collect((await database().open()).readStream(stream)));

  afterEach(async () => {
    link?.mend();
    await link?.close();
  });

  it('an append that was written, but whose answer was lost, is repeated by itself and answered', async () => {
    const { store, link } = await open();
    const stream = freshStream();
    const events = samples(3);
    link.swallowAnswers();
    const answer = store.append(stream, events, { expected: 'no_stream' });
    await eventually(async () => (await written(stream)).length === 3);
    link.mend();
    link.cut();
    expect((await answer).revision).toBe(2);
    expect(await written(stream)).toEqual(idsOf(events));
  });

  it('an append that never arrived is repeated by itself and written once', async () => {
    const { store, link } = await open();
    const stream = freshStream();
    const events = samples(3);
    link.freeze();
    const answer = store.append(stream, events, { expected: 'no_stream' });
    await sleep(50);
    link.mend();
    link.cut();
    expect((await answer).revision).toBe(2);
    expect(await written(stream)).toEqual(idsOf(events));
  });

  it.each(['any', 'stream_exists'] as const)(
    'with %s it is not repeated: a second copy could be written (pitfall b2)',
    async (expected) => {
      const { store, link } = await open();
      const stream = freshStream();
      await store.append(stream, samples(1), { expected: 'no_stream' });
      link.swallowAnswers();
      const answer = store.append(stream, samples(2), { expected });
      const told = expect(answer).rejects.toBeInstanceOf(OutcomeUnknownError);
      await eventually(async () => (await written(stream)).length === 3);
      link.mend();
      link.cut();
      await told;
      await store.append(freshStream(), samples(1), { expected: 'any' });
      expect(await written(stream)).toHaveLength(3);
    },
  );

  it('while the server stays away, what was in doubt becomes outcome-unknown when its time is up', async () => {
    const { store, link } = await open();
    const stream = freshStream();
    link.swallowAnswers();
    const answer = store.append(stream, samples(1), { expected: 'no_stream', timeoutMs: 600 });
    const told = expect(answer).rejects.toBeInstanceOf(OutcomeUnknownError);
    await eventually(async () => (await written(stream)).length === 1);
    link.refuse();
    link.cut();
    await told;
    link.mend();
    // The caller does what it should: the same append again.
    await expect(store.append(stream, samples(1), { expected: 'no_stream' })).rejects.toThrow();
    expect(await written(stream)).toHaveLength(1);
  });

  it('what was never sent is unavailable at once, and certainly not written', async () => {
    const { store, link } = await open();
    link.refuse();
    link.cut();
    await sleep(50);
    const stream = freshStream();
    const began = performance.now();
    await expect(store.append(stream, samples(1), { expected: 'no_stream' })).rejects.toBeInstanceOf(
      StoreUnavailableError,
    );
    await expect(store.head('domain')).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(store.ping()).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(performance.now() - began).toBeLessThan(2000);
    link.mend();
    await expect(store.append(stream, samples(1), { expected: 'no_stream' })).resolves.toMatchObject({
      revision: 0,
    });
  });

  it('a server that has gone without a word is given up, and the append repeated elsewhere', async () => {
    const { store, link } = await open({ transactionTimeoutMs: 200 });
    const stream = freshStream();
    link.freeze();
    const answer = store.append(stream, samples(1), { expected: 'no_stream', timeoutMs: 15_000 });
    await sleep(100);
    link.mend();
    // What was sent into the frozen link is gone: nobody will ever answer it.
    expect((await answer).revision).toBe(0);
    expect(await written(stream)).toHaveLength(1);
  });
});
