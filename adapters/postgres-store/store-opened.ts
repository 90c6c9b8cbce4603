import { randomUUID } from 'node:crypto';
import { STORE_OPENED } from '../../application/ports/event-store/event-store.ts';
import { prepareAppend } from '../../application/ports/event-store/prepared-append.ts';
import { NO_TENANT, streamName } from '../../application/ports/event-store/stream-name.ts';
import { type JsonObject } from '../../domain/canonical/json.ts';
import { type Query } from './query.ts';
import { batchParameters } from './wire.ts';

const stream = streamName('store', NO_TENANT, NO_TENANT);

/** The store's id: the id of the first event of the store's own stream, which whoever connects first appends. [F] */
export async function openStoreId(query: Query, now: Date): Promise<string> {
  const known = await readStoreId(query);
  if (known !== null) return known;
  const event = { id: randomUUID(), type: STORE_OPENED, data: {}, metadata: metadata(now) };
  await query({
    name: 'open_store',
    text: 'SELECT fate FROM event_store.append_batch($1, $2, $3, $4, $5, $6, $7, $8)',
    values: batchParameters([prepareAppend(stream, [event], 'no_stream')]),
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
    values: [stream],
  });
  return row?.[0] ?? null;
}

function metadata(now: Date): JsonObject {
  const commandId = randomUUID();
  return {
    schema_version: 1,
    tenant_id: '00000000-0000-0000-0000-000000000000',
    occurred_at: now.toISOString(),
    decided_at: now.toISOString(),
    actor: { type: 'system', id: 'event-store' },
    command_id: commandId,
    $correlationId: commandId,
    software_version: '0',
  };
}
