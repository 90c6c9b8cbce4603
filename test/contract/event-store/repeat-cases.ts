import { describe, expect, it } from 'vitest';
import { WrongExpectedRevisionError } from '../../../application/ports/event-store/errors.ts';
import { type NewEvent } from '../../../application/ports/event-store/events.ts';
import { type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { type Harness } from './harness.ts';
import { collect, freshStream, idsOf, sample, samples } from './samples.ts';

/** Pitfalls b1 to b4: what makes it safe to send an append again after an unknown outcome. */
export function repeatCases(harness: () => Harness): void {
  const written = async (stream: StreamName): Promise<string[]> =>
    idsOf(await collect(harness().store.readStream(stream)));

  const begin = async (): Promise<{ stream: StreamName; events: NewEvent[] }> => {
    const stream = freshStream();
    const events = samples(4);
    await harness().store.append(stream, events.slice(0, 1), { expected: 'no_stream' });
    await harness().store.append(stream, events.slice(1), { expected: 0 });
    return { stream, events };
  };

  describe('repeated appends', () => {
    it('b1: a whole repeat gives the same answer and writes nothing', async () => {
      const { store } = harness();
      const stream = freshStream();
      const events = samples(3);
      const first = await store.append(stream, events, { expected: 'no_stream' });
      for (let i = 0; i < 3; i += 1) {
        expect(await store.append(stream, events, { expected: 'no_stream' })).toEqual(first);
      }
      expect(await written(stream)).toEqual(idsOf(events));
    });

    it('b1: a whole repeat with a number gives the same answer', async () => {
      const { store } = harness();
      const stream = freshStream();
      await store.append(stream, samples(1), { expected: 'no_stream' });
      const events = samples(3);
      const first = await store.append(stream, events, { expected: 0 });
      expect(await store.append(stream, events, { expected: 0 })).toEqual(first);
      expect(await written(stream)).toHaveLength(4);
    });

    it('b1: a repeat is answered however far the stream has moved on', async () => {
      const { store } = harness();
      const { stream, events } = await begin();
      const first = await store.append(stream, events.slice(0, 1), { expected: 'no_stream' });
      for (let i = 0; i < 60; i += 10) await store.append(stream, samples(10), { expected: 3 + i });
      const again = await store.append(stream, events.slice(1), { expected: 0 });
      expect(first.revision).toBe(0);
      expect(again.revision).toBe(3);
      expect(again.position).toEqual(
        (await collect(store.readStream(stream, { from: 3, limit: 1 })))[0]?.position,
      );
      expect(await written(stream)).toHaveLength(64);
    });

    it('b1: a repeat is answered by another client as well', async () => {
      const { another } = harness();
      const { stream, events } = await begin();
      const client = await another();
      expect(await client.append(stream, events.slice(1), { expected: 0 })).toMatchObject({ revision: 3 });
      expect(await written(stream)).toHaveLength(4);
    });

    it('b1: a repeated prefix is answered with the end of the prefix', async () => {
      const { store } = harness();
      const { stream, events } = await begin();
      expect(await store.append(stream, events.slice(1, 3), { expected: 0 })).toMatchObject({ revision: 2 });
      expect(await store.append(stream, events.slice(0, 1), { expected: 'no_stream' })).toMatchObject({
        revision: 0,
      });
      expect(await written(stream)).toEqual(idsOf(events));
    });

    it('b1: a repeat that reaches over the border of two appends is a repeat all the same', async () => {
      const { store } = harness();
      const { stream, events } = await begin();
      expect(await store.append(stream, events, { expected: 'no_stream' })).toMatchObject({ revision: 3 });
      expect(await written(stream)).toEqual(idsOf(events));
    });

    it('b1: a longer repeat is refused and writes nothing', async () => {
      const { store } = harness();
      const { stream, events } = await begin();
      await expect(
        store.append(stream, [...events.slice(1), sample()], { expected: 0 }),
      ).rejects.toBeInstanceOf(WrongExpectedRevisionError);
      expect(await written(stream)).toEqual(idsOf(events));
    });

    it.each([0, 1, 2])('b4: one changed id (number %i) makes a repeat a conflict', async (changed) => {
      const { store } = harness();
      const { stream, events } = await begin();
      const again = events.slice(1).map((event, index) => (index === changed ? sample() : event));
      const attempt = store.append(stream, again, { expected: 0 });
      await expect(attempt).rejects.toMatchObject({ code: 'wrong-expected-revision', actual: 3 });
      expect(await written(stream)).toEqual(idsOf(events));
    });

    it('b1: the same ids in another order are a conflict', async () => {
      const { store } = harness();
      const { stream, events } = await begin();
      await expect(store.append(stream, events.slice(1).reverse(), { expected: 0 })).rejects.toBeInstanceOf(
        WrongExpectedRevisionError,
      );
      expect(await written(stream)).toEqual(idsOf(events));
    });

    it('b1: ids, not contents, make a repeat', async () => {
      const { store } = harness();
      const { stream, events } = await begin();
      const changed = events.slice(1).map((event) => ({ ...event, data: { n: 'other' } }));
      expect(await store.append(stream, changed, { expected: 0 })).toMatchObject({ revision: 3 });
      const read = await collect(store.readStream(stream, { from: 1 }));
      expect(read.map((event) => event.data)).toEqual(events.slice(1).map((event) => event.data));
    });

    it('b3: the same ids with a refreshed revision are written again, so nobody may refresh it', async () => {
      const { store } = harness();
      const { stream, events } = await begin();
      await store.append(stream, events.slice(1), { expected: 3 });
      expect(await written(stream)).toEqual(idsOf([...events, ...events.slice(1)]));
    });

    it('b1: a repeat with a revision beyond the end is refused', async () => {
      const { store } = harness();
      const { stream, events } = await begin();
      await expect(store.append(stream, events, { expected: 9 })).rejects.toMatchObject({ actual: 3 });
    });

    it('stores the same id twice where one append holds it twice', async () => {
      const { store } = harness();
      const stream = freshStream();
      const event = sample();
      const first = await store.append(stream, [event, event], { expected: 'no_stream' });
      expect(await store.append(stream, [event, event], { expected: 'no_stream' })).toEqual(first);
      expect(await written(stream)).toEqual([event.id, event.id]);
    });

    it('knows ids within their stream only', async () => {
      const { store } = harness();
      const events = samples(2);
      const streams = [freshStream(), freshStream(), freshStream('site')];
      for (const stream of streams) {
        expect(await store.append(stream, events, { expected: 'no_stream' })).toMatchObject({ revision: 1 });
      }
      for (const stream of streams) expect(await written(stream)).toEqual(idsOf(events));
    });

    it('b3: repeats that overtake each other write one copy', async () => {
      const { store, another } = harness();
      const client = await another();
      const stream = freshStream();
      const events = samples(3);
      const answers = await Promise.all(
        [store, client, store, client].map((each) => each.append(stream, events, { expected: 'no_stream' })),
      );
      expect(new Set(answers.map((answer) => answer.revision))).toEqual(new Set([2]));
      expect(await written(stream)).toEqual(idsOf(events));
    });
  });
}
