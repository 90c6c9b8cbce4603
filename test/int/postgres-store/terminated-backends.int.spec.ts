import { describe, expect, it } from 'vitest';
import { domainCategories } from '../../../application/ports/event-store/categories.ts';
import { OutcomeUnknownError, StoreUnavailableError } from '../../../application/ports/event-store/errors.ts';
import { type NewEvent } from '../../../application/ports/event-store/events.ts';
import { Following } from '../../contract/event-store/following.ts';
import { collect, freshStream, idsOf, samples, sleep } from '../../contract/event-store/samples.ts';
import { positionsOf, upTo, useStoreDatabase } from './support.ts';

describe('backends that are terminated under load', () => {
  const database = useStoreDatabase();

  it('no acknowledged event is missing, none is doubled, and a subscriber sees each once', async () => {
    const store = await database().open();
    const following = new Following(store, { categories: domainCategories, from: 'start' });
    const ending = performance.now() + 4000;
    const killing = (async () => {
      const admin = await database().connect();
      let kills = 0;
      while (performance.now() < ending) {
        await sleep(150);
        const { rowCount } = await admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND application_name LIKE 'bayledger store%'`,
        );
        kills += rowCount ?? 0;
      }
      return kills;
    })();
    const callers = Array.from({ length: 24 }, async () => {
      const stream = freshStream();
      const acknowledged: string[] = [];
      for (let expected: number | 'no_stream' = 'no_stream'; performance.now() < ending;) {
        const events = samples(2);
        expected = await untilAnswered(
          () => store.append(stream, events, { expected }),
          events,
          acknowledged,
        );
      }
      return { stream, acknowledged };
    });
    const results = await Promise.all(callers);
    expect(await killing).toBeGreaterThan(20);

    const reader = await database().open();
    for (const { stream, acknowledged } of results) {
      expect(idsOf(await collect(reader.readStream(stream)))).toEqual(acknowledged);
    }
    const positions = await positionsOf(database());
    expect(positions).toEqual(upTo(positions.length));
    await following.until((f) => f.events.length >= positions.length);
    expect(following.events.map((event) => Number(event.position.commit))).toEqual(positions);
    expect(following.drops.length).toBeGreaterThan(0);
    await following.cancel();
  }, 60_000);
});

/** As the command recipe does: the same append until there is an answer. */
async function untilAnswered(
  append: () => Promise<{ revision: number }>,
  events: readonly NewEvent[],
  acknowledged: string[],
): Promise<number> {
  for (;;) {
    try {
      const { revision } = await append();
      acknowledged.push(...idsOf(events));
      return revision;
    } catch (error) {
      if (!(error instanceof OutcomeUnknownError || error instanceof StoreUnavailableError)) throw error;
    }
  }
}
