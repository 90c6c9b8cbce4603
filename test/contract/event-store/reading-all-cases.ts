import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type RecordedEvent } from '../../../application/ports/event-store/events.ts';
import {
  comparePositions,
  ForeignPositionError,
  type Position,
} from '../../../application/ports/event-store/position.ts';
import { type Harness } from './harness.ts';
import { collect, freshStream, idsOf, numbersOf, sample, samples } from './samples.ts';

export function readingAllCases(harness: () => Harness): void {
  describe('reading all streams', () => {
    let from: Position;
    let written: RecordedEvent[];
    const domain = ['space', 'site', 'device'] as const;

    const newer = (store: EventStore, categories: readonly ('space' | 'site' | 'device')[] = domain) =>
      collect(store.readAll({ categories, from }));

    /** Three streams of two tenants, written in turn, with frames between. */
    beforeAll(async () => {
      const { store } = harness();
      from = await store.head('domain');
      const tenant = randomUUID();
      const streams = [freshStream('space', tenant), freshStream('site', tenant), freshStream('device')];
      for (let n = 0; n < 30; n += 1) {
        const stream = streams[n % 3];
        if (stream !== undefined) await store.append(stream, samples(2, 2 * n), { expected: 'any' });
        await store.append(freshStream('frames', tenant), [sample({ n: -1 })], { expected: 'any' });
      }
      written = await newer(store);
    });

    it('gives all events of the categories in the order of the appends', () => {
      expect(numbersOf(written)).toEqual(Array.from({ length: 60 }, (_, n) => n));
      const positions = written.map((event) => event.position);
      positions.slice(1).forEach((position, index) => {
        const previous = positions[index];
        expect(previous && comparePositions(previous, position)).toBeLessThan(0);
      });
    });

    it('gives each event as its stream gives it', async () => {
      const { store } = harness();
      for (const stream of new Set(written.map((event) => event.stream))) {
        const expected = written.filter((event) => event.stream === stream);
        expect(await collect(store.readStream(stream))).toEqual(expected);
      }
    });

    it('gives only the categories asked for', async () => {
      const { store } = harness();
      const sites = await newer(store, ['site']);
      expect(sites).toEqual(written.filter((event) => event.stream.startsWith('site-')));
      expect(await newer(store, ['site', 'device'])).toHaveLength(40);
    });

    it('reads a transient log apart from the domain log', async () => {
      const { store } = harness();
      const start = await store.head('frames');
      const frames = samples(3);
      await store.append(freshStream('frames'), frames, { expected: 'any' });
      expect(idsOf(await collect(store.readAll({ categories: ['frames'], from: start })))).toEqual(
        idsOf(frames),
      );
      expect((await newer(store)).length).toBe(60);
    });

    it('takes positions as exclusive, forwards', async () => {
      const { store } = harness();
      for (const index of [0, 1, 29, 58]) {
        const position = written[index]?.position ?? from;
        const read = await collect(store.readAll({ categories: domain, from: position }));
        expect(idsOf(read)).toEqual(idsOf(written.slice(index + 1)));
      }
    });

    it('takes positions as exclusive, backwards', async () => {
      const { store } = harness();
      for (const index of [59, 58, 30, 5]) {
        const position = written[index]?.position ?? from;
        const options = { categories: domain, direction: 'backwards', from: position, limit: index } as const;
        const read = await collect(store.readAll(options));
        expect(idsOf(read)).toEqual(idsOf(written.slice(0, index).reverse()));
      }
    });

    it('reads from the head at its time: nothing forwards, everything backwards', async () => {
      const { store } = harness();
      const head = await store.head('domain');
      expect(await collect(store.readAll({ categories: domain, from: head }))).toEqual([]);
      expect(await collect(store.readAll({ categories: domain, from: 'end' }))).toEqual([]);
      const [last] = await collect(store.readAll({ categories: domain, direction: 'backwards', limit: 1 }));
      expect(last?.id).toBe(written.at(-1)?.id);
      const nothing = store.readAll({ categories: domain, direction: 'backwards', from: 'start' });
      expect(await collect(nothing)).toEqual([]);
    });

    it('limits, and 0 reads nothing', async () => {
      const { store } = harness();
      expect(idsOf(await collect(store.readAll({ categories: domain, from, limit: 7 })))).toEqual(
        idsOf(written.slice(0, 7)),
      );
      expect(await collect(store.readAll({ categories: domain, limit: 0 }))).toEqual([]);
      const backwards = store.readAll({ categories: domain, direction: 'backwards', limit: 4 });
      expect(idsOf(await collect(backwards))).toEqual(idsOf(written.slice(-4).reverse()));
    });

    it('begins at the first event of the store without a position', async () => {
      const { store } = harness();
      const [first] = await collect(
        store.readAll({ categories: ['store', ...domain], limit: 1, from: 'start' }),
      );
      const backwards = { categories: domain, direction: 'backwards', limit: 1, from: 'end' } as const;
      const [last] = await collect(store.readAll(backwards));
      expect(first && last && comparePositions(first.position, last.position)).toBeLessThanOrEqual(0);
    });

    it('refuses categories of several logs, and none', async () => {
      const { store } = harness();
      await expect(collect(store.readAll({ categories: ['space', 'frames'] }))).rejects.toBeInstanceOf(
        RangeError,
      );
      await expect(collect(store.readAll({ categories: [] }))).rejects.toBeInstanceOf(RangeError);
    });

    it('refuses a position of another store', async () => {
      const { store } = harness();
      const foreign: Position = { storeId: randomUUID(), commit: 1n, prepare: 1n };
      await expect(collect(store.readAll({ categories: domain, from: foreign }))).rejects.toBeInstanceOf(
        ForeignPositionError,
      );
      expect(() => comparePositions(foreign, from)).toThrow(ForeignPositionError);
    });

    it('answers the head: the position of the last event of the log', async () => {
      const { store } = harness();
      const answer = await store.append(freshStream(), samples(3), { expected: 'any' });
      const head = await store.head('domain');
      expect(answer.position && comparePositions(answer.position, head)).toBe(0);
      expect(head.storeId).toBe(store.storeId);
      const frames = await store.append(freshStream('frames'), samples(2), { expected: 'any' });
      expect(await store.head('frames')).toEqual(frames.position);
      expect(await store.head('domain')).toEqual(head);
    });
  });
}
