import { describe, expect, it } from 'vitest';
import { type Faults } from '../../../adapters/memory-store/faults.ts';
import { openMemoryStore } from '../../../adapters/memory-store/memory-store.ts';
import { OutcomeUnknownError, StoreUnavailableError } from '../../../application/ports/event-store/errors.ts';
import { collect, freshStream, idsOf, sample, samples } from '../../contract/event-store/samples.ts';

const outcomesOf = async (faults: Faults): Promise<string[]> => {
  const store = openMemoryStore({ faults });
  const outcomes: string[] = [];
  for (const event of samples(60)) {
    await store.append(freshStream(), [event], { expected: 'any' }).then(
      () => outcomes.push('answered'),
      (error: unknown) => outcomes.push(error instanceof Error ? error.name : 'thrown'),
    );
  }
  return outcomes;
};

describe('injected faults', () => {
  it('are the same for the same seed, and others for another', async () => {
    const faults = { lostAnswers: 0.2, unavailable: 0.2 };
    const first = await outcomesOf({ ...faults, seed: 7 });
    expect(await outcomesOf({ ...faults, seed: 7 })).toEqual(first);
    expect(await outcomesOf({ ...faults, seed: 8 })).not.toEqual(first);
    expect(new Set(first).size).toBe(3);
  });

  it('lost answer: written, but the caller is told that the outcome is unknown; the repeat is answered', async () => {
    const store = openMemoryStore({ faults: { seed: 1, lostAnswers: 1 } });
    const stream = freshStream();
    const events = samples(3);
    const attempt = store.append(stream, events, { expected: 'no_stream' });
    await expect(attempt).rejects.toBeInstanceOf(OutcomeUnknownError);
    store.setFaults(null);
    expect(await store.append(stream, events, { expected: 'no_stream' })).toMatchObject({ revision: 2 });
    expect(idsOf(await collect(store.readStream(stream)))).toEqual(idsOf(events));
  });

  it('lost request: not written, and the repeat writes it', async () => {
    const store = openMemoryStore({ faults: { seed: 1, lostRequests: 1 } });
    const stream = freshStream();
    const attempt = store.append(stream, [sample()], { expected: 'no_stream' });
    await expect(attempt).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(await collect(store.readStream(stream))).toEqual([]);
  });

  it('unavailable: refused with nothing written, reads and head too', async () => {
    const store = openMemoryStore();
    const stream = freshStream();
    store.setFaults({ seed: 1, unavailable: 1 });
    for (const call of [
      () => store.append(stream, [sample()], { expected: 'any' }),
      () => collect(store.readStream(stream)),
      () => collect(store.readAll({ categories: ['space'] })),
      () => store.head('domain'),
      () => store.ping(),
    ]) {
      await expect(call()).rejects.toBeInstanceOf(StoreUnavailableError);
    }
    store.setFaults(null);
    expect(await collect(store.readStream(stream))).toEqual([]);
  });

  it('duplicates: `any` is stored twice, an exact expectation never (pitfall b2)', async () => {
    const store = openMemoryStore({ faults: { seed: 1, duplicates: 1 } });
    const [loose, exact] = [freshStream('frames'), freshStream()];
    const events = samples(2);
    await store.append(loose, events, { expected: 'any' });
    await store.append(exact, events, { expected: 'no_stream' });
    await store.append(exact, samples(1), { expected: 1 });
    expect(idsOf(await collect(store.readStream(loose)))).toEqual([...idsOf(events), ...idsOf(events)]);
    expect(await collect(store.readStream(exact))).toHaveLength(3);
  });

  it('delays: an append that is written after the caller lost patience is answered on repeat', async () => {
    const store = openMemoryStore({ faults: { seed: 3, delays: 1, maxDelayMs: 40 } });
    const stream = freshStream();
    const events = samples(1);
    const attempt = store.append(stream, events, { expected: 'no_stream', timeoutMs: 1 });
    await expect(attempt).rejects.toBeInstanceOf(OutcomeUnknownError);
    await expect(store.append(stream, events, { expected: 'no_stream' })).resolves.toMatchObject({
      revision: 0,
    });
    expect(await collect(store.readStream(stream))).toHaveLength(1);
  });

  it('dropped subscriptions: everything arrives once and in order, and every drop is told', async () => {
    const store = openMemoryStore({ faults: { seed: 5, droppedSubscriptions: 0.4 } });
    const stream = freshStream();
    await store.append(stream, samples(200), { expected: 'no_stream' });
    let drops = 0;
    const revisions: number[] = [];
    const subscription = store.subscribe({
      categories: ['space'],
      from: 'start',
      batchSize: 10,
      signal: AbortSignal.timeout(10_000),
      onDrop: () => (drops += 1),
    });
    for await (const message of subscription) {
      if (message.type === 'events') revisions.push(...message.events.map((event) => event.revision));
      if (message.type === 'caught-up') break;
    }
    expect(revisions).toEqual(Array.from({ length: 200 }, (_, n) => n));
    expect(drops).toBeGreaterThan(2);
  });
});
