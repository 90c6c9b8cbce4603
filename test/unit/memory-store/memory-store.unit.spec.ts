import { describe, expect, it } from 'vitest';
import { openMemoryStore } from '../../../adapters/memory-store/memory-store.ts';
import { collect, freshStream, sample, samples } from '../../contract/event-store/samples.ts';

describe('the memory store', () => {
  it('is another store at each start, so that positions of an earlier run do not fit', () => {
    expect(openMemoryStore().storeId).not.toBe(openMemoryStore().storeId);
  });

  it('stamps events with its injected clock', async () => {
    let now = Date.UTC(2025, 2, 30, 0, 59, 59, 7);
    const store = openMemoryStore({ now: () => now });
    const stream = freshStream();
    await store.append(stream, [sample()], { expected: 'any' });
    now += 1000;
    await store.append(stream, [sample()], { expected: 'any' });
    const read = await collect(store.readStream(stream));
    expect(read.map((event) => event.recordedAt)).toEqual([
      '2025-03-30T00:59:59.007Z',
      '2025-03-30T01:00:00.007Z',
    ]);
  });

  it('does not let one reader change what the others read', async () => {
    const store = openMemoryStore();
    const stream = freshStream();
    const given = { list: [1, 2] };
    await store.append(stream, [sample(given)], { expected: 'any' });
    given.list.push(3);
    const [read] = await collect(store.readStream(stream));
    expect(read?.data).toEqual({ list: [1, 2] });
    expect(() => (read?.data['list'] as number[]).push(4)).toThrow(TypeError);
  });

  it('writes in the order of calls that are not awaited', async () => {
    const store = openMemoryStore();
    const streams = Array.from({ length: 20 }, () => freshStream());
    await Promise.all(streams.map((stream) => store.append(stream, samples(1), { expected: 'no_stream' })));
    const all = await collect(store.readAll({ categories: ['space'] }));
    expect(all.map((event) => event.stream)).toEqual(streams);
  });

  it('frees what has expired: hidden before and gone after, repeats still answered, without a position', async () => {
    let now = 0;
    const store = openMemoryStore({ now: () => now });
    const stream = freshStream('frames');
    await store.retain(stream, 60);
    const events = samples(3);
    await store.append(stream, events, { expected: 'no_stream' });
    const head = await store.head('frames');
    now = 61_000;
    expect(await store.expire()).toBe(3);
    expect(await store.expire()).toBe(0);
    expect(await store.head('frames')).toEqual(head);
    expect(await collect(store.readAll({ categories: ['frames'] }))).toEqual([]);
    expect(await store.append(stream, events, { expected: 'no_stream' })).toEqual({
      revision: 2,
      position: null,
    });
  });

  it('waits with the injected sleep, so that a simulation need not wait', async () => {
    const slept: number[] = [];
    const store = openMemoryStore({
      faults: { seed: 2, delays: 1, maxDelayMs: 100_000 },
      sleep: (ms) => {
        slept.push(ms);
        return Promise.resolve();
      },
    });
    await store.append(freshStream(), [sample()], { expected: 'any' });
    expect(slept.length).toBe(2);
    expect(Math.max(...slept)).toBeGreaterThan(1000);
  });
});
