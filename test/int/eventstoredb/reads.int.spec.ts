import { describe, expect, it } from 'vitest';
import { openEventStoreDb } from '../../../adapters/eventstoredb/index.ts';
import { UnreadableEventError } from '../../../adapters/eventstoredb/recorded-event.ts';
import {
  StoreAccessDeniedError,
  StoreUnavailableError,
} from '../../../application/ports/event-store/errors.ts';
import { collect, freshStream, idsOf, samples, sleep } from '../../contract/event-store/samples.ts';
import { useFake } from './use-fake.ts';

describe('reads of a server in trouble', () => {
  const used = useFake();

  it('b10: a silent server is given up, and the next read gets another connection', async () => {
    const { fake, store } = used;
    const stream = freshStream();
    await store.append(stream, samples(2), { expected: 'no_stream' });
    fake.readFault = 'silent';
    await expect(collect(store.readStream(stream))).rejects.toBeInstanceOf(StoreUnavailableError);
    fake.readFault = null;
    expect(await collect(store.readStream(stream))).toHaveLength(2);
  });

  it('not ready for a moment is waited for; refused access is not', async () => {
    const { fake, store } = used;
    fake.readFault = 'not-ready';
    setTimeout(() => (fake.readFault = null), 300);
    await expect(store.ping()).resolves.toBeGreaterThan(0);
    fake.readFault = 'denied';
    const began = performance.now();
    await expect(collect(store.readStream(freshStream()))).rejects.toBeInstanceOf(StoreAccessDeniedError);
    expect(performance.now() - began).toBeLessThan(500);
  });

  it('a read left early is cancelled on the server', async () => {
    const { fake, store } = used;
    const stream = freshStream();
    for (let n = 0; n < 30; n += 1) {
      await store.append(stream, samples(100, 100 * n), { expected: n === 0 ? 'no_stream' : 100 * n - 1 });
    }
    const before = fake.reads.length;
    for await (const page of store.readStream(stream)) {
      expect(page.length).toBeGreaterThan(0);
      break;
    }
    await sleep(100);
    expect(fake.reads.slice(before).map((read) => read.cancelled)).toEqual([true]);
  });

  it('b12: data that is no JSON is an error with its place, not a string', async () => {
    const { fake, store } = used;
    const stream = freshStream();
    const bytes = Buffer.from('{"half":');
    fake.records.append(
      stream,
      [
        {
          id: crypto.randomUUID(),
          type: 'Foreign',
          contentType: 'application/json',
          data: bytes,
          metadata: bytes,
        },
      ],
      'any',
    );
    await expect(collect(store.readStream(stream))).rejects.toBeInstanceOf(UnreadableEventError);
  });

  it('does not show what other programs write, not even as an empty page', async () => {
    const { fake, store } = used;
    const from = await store.head('domain');
    const event = {
      type: 'X',
      contentType: 'application/octet-stream',
      data: Buffer.from([1]),
      metadata: Buffer.of(),
    };
    fake.records.append('space-of-somebody-else', [{ ...event, id: crypto.randomUUID() }], 'any');
    fake.records.append('other-1', [{ ...event, id: crypto.randomUUID() }], 'any');
    const events = samples(1);
    await store.append(freshStream(), events, { expected: 'any' });
    expect(idsOf(await collect(store.readAll({ categories: ['space'], from })))).toEqual(idsOf(events));
  });

  it('b23, retention: settings of the stream are kept, and written once', async () => {
    const { fake, store } = used;
    const stream = freshStream('frames');
    const other = Buffer.from('{"$maxCount":5,"ours":true}');
    fake.records.append(
      `$$${stream}`,
      [
        {
          id: crypto.randomUUID(),
          type: '$metadata',
          contentType: 'application/json',
          data: other,
          metadata: Buffer.of(),
        },
      ],
      'any',
    );
    await store.retain(stream, 60);
    await store.retain(stream, 60);
    const written = fake.records
      .of(`$$${stream}`)
      .map((record) => JSON.parse(Buffer.from(record.data).toString()) as unknown);
    expect(written).toEqual([
      { $maxCount: 5, ours: true },
      { $maxCount: 5, $maxAge: 60, ours: true },
    ]);
  });

  it('waits for a server that starts later, and gives up in time when none does', async () => {
    const { fake } = used;
    fake.crash();
    setTimeout(() => void fake.listen(), 800);
    const store = await openEventStoreDb({ url: fake.url });
    await expect(store.ping()).resolves.toBeGreaterThan(0);
    await store.close();
    fake.crash();
    const began = performance.now();
    await expect(openEventStoreDb({ url: fake.url, connectTimeoutMs: 500 })).rejects.toBeInstanceOf(
      StoreUnavailableError,
    );
    expect(performance.now() - began).toBeLessThan(6000);
  });
});
