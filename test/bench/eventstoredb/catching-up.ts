import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, streamNameFilter } from '@eventstore/db-client';
import { openEventStoreDb } from '../../../adapters/eventstoredb/index.ts';
import { readPositionToken, positionToken } from '../../../application/ports/event-store/position.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { benchEvent } from './sample.ts';

export const HISTORY = 100_000;

/** Writes a history of frames; answers the position before it, as `storeId token`. */
export async function writeHistory(url: string): Promise<string> {
  const store = await openEventStoreDb({ url });
  const from = await store.head('frames');
  for (let written = 0; written < HISTORY; written += 2000) {
    const stream = streamName('frames', randomUUID(), '20250630');
    await Promise.all(
      Array.from({ length: 4 }, () =>
        store.append(stream, Array.from({ length: 500 }, benchEvent), { expected: 'any' }),
      ),
    );
  }
  await store.close();
  return positionToken(from);
}

export async function adapterCatchesUp(url: string, token: string): Promise<number> {
  const store = await openEventStoreDb({ url });
  const reading = readPositionToken(token, store.storeId);
  if (!reading.ok) throw new Error(reading.reason);
  const began = performance.now();
  let seen = 0;
  const signal = AbortSignal.timeout(60_000);
  for await (const message of store.subscribe({ categories: ['frames'], from: reading.position, signal })) {
    if (message.type === 'events') seen += message.events.length;
    if (seen >= HISTORY) break;
  }
  const rate = seen / ((performance.now() - began) / 1000);
  await store.close();
  return rate;
}

/** The same filter, the same window, every event parsed by the client. */
export async function bareCatchesUp(url: string, token: string): Promise<number> {
  const [, , commit = '', prepare = ''] = token.split('.');
  const number = (text: string): bigint => BigInt(parseInt(text, 36));
  const client = EventStoreDBClient.connectionString(url);
  const began = performance.now();
  let seen = 0;
  const start = { commit: number(commit), prepare: number(prepare) };
  const subscription = client.subscribeToAll({
    fromPosition: start.commit === 0n ? 'start' : start,
    filter: streamNameFilter({ prefixes: ['frames-'], maxSearchWindow: 2000, checkpointInterval: 1 }),
  });
  for await (const { event } of subscription) {
    if (event !== undefined) seen += 1;
    if (seen >= HISTORY) break;
  }
  const rate = seen / ((performance.now() - began) / 1000);
  await client.dispose();
  return rate;
}
