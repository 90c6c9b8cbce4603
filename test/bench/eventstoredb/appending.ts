import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { openEventStoreDb } from '../../../adapters/eventstoredb/index.ts';
import { type NewEvent } from '../../../application/ports/event-store/events.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { benchEvent, rateOf } from './sample.ts';

const CALLERS = 32;
const SECONDS = 4;
const newStream = () => streamName('space', randomUUID(), randomUUID());

/** 32 callers, each with a stream of its own, exact revisions, one event an append. */
export async function adapterAppends(url: string): Promise<number> {
  const store = await openEventStoreDb({ url });
  const streams = Array.from({ length: CALLERS }, () => ({ name: newStream(), revision: -1 }));
  const rate = await rateOf(CALLERS, SECONDS, async (caller) => {
    const stream = streams[caller] ?? { name: newStream(), revision: -1 };
    const expected = stream.revision < 0 ? 'no_stream' : stream.revision;
    stream.revision = (await store.append(stream.name, [benchEvent()], { expected })).revision;
    return 1;
  });
  await store.close();
  return rate;
}

/** The same with the client alone. */
export async function bareAppends(url: string): Promise<number> {
  const client = EventStoreDBClient.connectionString(url);
  const streams = Array.from({ length: CALLERS }, () => ({ name: newStream(), revision: -1n }));
  const rate = await rateOf(CALLERS, SECONDS, async (caller) => {
    const stream = streams[caller] ?? { name: newStream(), revision: -1n };
    const { id, type, data, metadata } = benchEvent();
    const expectedRevision = stream.revision < 0n ? ('no_stream' as const) : stream.revision;
    const event = jsonEvent({ id, type, data: { ...data }, metadata: { ...metadata } });
    stream.revision = (
      await client.appendToStream(stream.name, event, { expectedRevision })
    ).nextExpectedRevision;
    return 1;
  });
  await client.dispose();
  return rate;
}

/** 32 callers with one frame each, every frame an append of its own. */
export async function singleFrames(url: string): Promise<number> {
  const store = await openEventStoreDb({ url });
  const stream = streamName('frames', randomUUID(), '20250630');
  const rate = await rateOf(CALLERS, SECONDS, async () => {
    await store.append(stream, [benchEvent()], { expected: 'any' });
    return 1;
  });
  await store.close();
  return rate;
}

/** The same callers; the frames that wait while an append is under way form the next one. */
export async function batchedFrames(url: string): Promise<number> {
  const store = await openEventStoreDb({ url });
  const stream = streamName('frames', randomUUID(), '20250630');
  const batcher = new Batcher((events) => store.append(stream, events, { expected: 'any' }));
  const rate = await rateOf(CALLERS, SECONDS, async () => {
    await batcher.add(benchEvent());
    return 1;
  });
  await store.close();
  return rate;
}

class Batcher {
  readonly #append: (events: NewEvent[]) => Promise<unknown>;
  #waiting: {
    readonly event: NewEvent;
    readonly done: () => void;
    readonly fail: (error: unknown) => void;
  }[] = [];
  #busy = false;

  constructor(append: (events: NewEvent[]) => Promise<unknown>) {
    this.#append = append;
  }

  add(event: NewEvent): Promise<void> {
    return new Promise((done, fail) => {
      this.#waiting.push({ event, done, fail });
      if (!this.#busy) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    // What the other callers add in this turn of the event loop goes along.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, 500);
      await this.#append(batch.map(({ event }) => event)).then(
        () => batch.forEach(({ done }) => done()),
        (error: unknown) => batch.forEach(({ fail }) => fail(error)),
      );
      await new Promise((next) => setImmediate(next));
    }
    this.#busy = false;
  }
}
