import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { openEventStoreDb } from '../../../adapters/eventstoredb/index.ts';
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
