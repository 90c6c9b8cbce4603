import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../../application/ports/event-store/errors.ts';
import {
  collect,
  freshStream,
  idsOf,
  numbersOf,
  sample,
  samples,
} from '../../contract/event-store/samples.ts';
import { positionsOf, upTo, useStoreDatabase } from './support.ts';

describe('group commit', () => {
  const database = useStoreDatabase();

  it('writes what waits in few transactions, each with one stamp', async () => {
    const store = await database().open();
    const streams = Array.from({ length: 400 }, () => freshStream());
    await Promise.all(streams.map((stream) => store.append(stream, samples(1), { expected: 'no_stream' })));
    const { rows } = await database().run(
      `SELECT count(DISTINCT xmin::text) AS transactions, count(DISTINCT created) AS stamps, count(*) AS events
       FROM event_store.events WHERE revision = 0 AND type = 'SampleHappened'`,
    );
    expect(Number(rows[0]?.['events'])).toBe(400);
    expect(Number(rows[0]?.['transactions'])).toBeLessThanOrEqual(4);
    expect(Number(rows[0]?.['stamps'])).toBeLessThanOrEqual(Number(rows[0]?.['transactions']));
  });

  it('answers several appends of one stream within one batch as if they had come one after the other', async () => {
    const store = await database().open();
    const stream = freshStream();
    const [a, b, c] = [samples(2), samples(1, 2), samples(3, 3)];
    const answers = await Promise.allSettled([
      store.append(stream, a, { expected: 'no_stream' }),
      store.append(stream, b, { expected: 1 }),
      store.append(stream, samples(1, 99), { expected: 1 }),
      store.append(stream, a, { expected: 'no_stream' }),
      store.append(stream, c, { expected: 'stream_exists' }),
      store.append(stream, b, { expected: 1 }),
    ]);
    expect(
      answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.revision : 'refused')),
    ).toEqual([1, 2, 'refused', 1, 5, 2]);
    const [first, second, , again, , late] = answers;
    expect(again).toEqual(first);
    expect(late).toEqual(second);
    expect(numbersOf(await collect(store.readStream(stream)))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('sends a batch that fails as a whole again one append at a time: only the culprit is refused', async () => {
    await database().run(`
      CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'poison'; END $$;
      CREATE TRIGGER poison BEFORE INSERT ON event_store.events
      FOR EACH ROW WHEN (new.type = 'Poison') EXECUTE FUNCTION refuse_poison();`);
    const store = await database().open();
    const streams = Array.from({ length: 40 }, () => freshStream());
    const events = streams.map((_, n) => sample({ n }, { type: n === 17 ? 'Poison' : 'Harmless' }));
    const answers = await Promise.allSettled(
      streams.map((stream, n) => store.append(stream, events.slice(n, n + 1), { expected: 'no_stream' })),
    );
    const refused = answers.flatMap((answer, n) => (answer.status === 'rejected' ? [n] : []));
    expect(refused).toEqual([17]);
    expect(answers[17]).toMatchObject({ reason: expect.any(StoreUnavailableError) as Error });
    for (const [n, stream] of streams.entries()) {
      expect(idsOf(await collect(store.readStream(stream)))).toEqual(n === 17 ? [] : [events[n]?.id]);
    }
    await database().run('DROP TRIGGER poison ON event_store.events');
  });

  it('lets large appends travel alone and keeps the order of calls around them', async () => {
    const store = await database().open();
    const stream = freshStream();
    const large = (n: number) => sample({ n, text: 'x'.repeat(300_000) });
    const events = [sample({ n: 0 }), large(1), sample({ n: 2 }), large(3), large(4), sample({ n: 5 })];
    const answers = await Promise.all(
      events.map((event) => store.append(stream, [event], { expected: 'any' })),
    );
    expect(answers.map((answer) => answer.revision)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(numbersOf(await collect(store.readStream(stream)))).toEqual([0, 1, 2, 3, 4, 5]);
    const { rows } = await database().run(
      `SELECT count(DISTINCT e.xmin::text) AS transactions FROM event_store.events e
       JOIN event_store.streams s ON s.id = e.stream WHERE s.name = $1`,
      [stream],
    );
    expect(Number(rows[0]?.['transactions'])).toBeGreaterThanOrEqual(5);
  });

  it('finishes what it accepted before it closes', async () => {
    const store = await database().open();
    const streams = Array.from({ length: 50 }, () => freshStream());
    const answers = streams.map((stream) => store.append(stream, samples(1), { expected: 'no_stream' }));
    await Promise.resolve();
    await store.close();
    expect((await Promise.all(answers)).every((answer) => answer.revision === 0)).toBe(true);
  });

  it('leaves no gap in the positions, whatever was refused', async () => {
    const positions = await positionsOf(database());
    expect(positions).toEqual(upTo(positions.length));
  });
});
