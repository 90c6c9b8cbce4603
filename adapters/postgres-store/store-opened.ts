import { randomUUID } from 'node:crypto';
import { prepareAppend } from '../../application/ports/event-store/prepared-append.ts';
import { storeOpened, storeStream } from '../../application/ports/event-store/store-opened.ts';
import { type Query } from './query.ts';
import { batchParameters } from './wire.ts';

/** The store's id: the id of the first event of the store's own stream, which whoever connects first appends. [F] */
export async function openStoreId(query: Query, now: Date): Promise<string> {
  const known = await readStoreId(query);
  if (known !== null) return known;
  const event = storeOpened(randomUUID(), randomUUID(), now);
  await query({
    name: 'open_store',
    text: 'SELECT fate FROM event_store.append_batch($1, $2, $3, $4, $5, $6, $7, $8)',
    values: batchParameters([prepareAppend(storeStream, [event], 'no_stream')]),
  });
  // Ours, or that of somebody who was quicker.
  const opened = await readStoreId(query);
  if (opened === null) throw new Error('the store could not be opened');
  return opened;
}

async function readStoreId(query: Query): Promise<string | null> {
  const [row] = await query<[string]>({
    name: 'store_id',
    text: `SELECT e.id FROM event_store.events e JOIN event_store.streams s ON s.id = e.stream
           WHERE s.name = $1 AND e.revision = 0`,
    values: [storeStream],
  });
  return row?.[0] ?? null;
}
