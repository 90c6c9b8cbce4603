import { randomUUID } from 'node:crypto';
import { WrongExpectedRevisionError } from '../../application/ports/event-store/errors.ts';
import { STORE_OPENED } from '../../application/ports/event-store/event-store.ts';
import { prepareAppend } from '../../application/ports/event-store/prepared-append.ts';
import { NO_TENANT, streamName } from '../../application/ports/event-store/stream-name.ts';
import { type JsonObject } from '../../domain/canonical/json.ts';
import { type Appender } from './appender.ts';
import { readStreamRequest } from './read-request.ts';
import { READ_STALL_MS, type Reader } from './reader.ts';

const stream = streamName('store', NO_TENANT, NO_TENANT);

/** The id of the first event of the store's own stream, or null in a store that nobody has opened yet. */
export async function readStoreId(reader: Reader, signal?: AbortSignal): Promise<string | null> {
  const opened = await reader.one({
    request: () => readStreamRequest(stream, 'start', 'forwards', 1),
    stream,
    stallMs: READ_STALL_MS,
    signal,
  });
  return opened?.id ?? null;
}

/** The store's id: read, or given by whoever connects first. [F] */
export async function openStore(reader: Reader, appender: Appender, now: Date): Promise<string> {
  const known = await readStoreId(reader);
  if (known !== null) return known;
  const event = { id: randomUUID(), type: STORE_OPENED, data: {}, metadata: metadata(now) };
  const append = prepareAppend(stream, [event], 'no_stream');
  try {
    await appender.append(append, { timeoutMs: 5000 });
    return event.id;
  } catch (error) {
    if (!(error instanceof WrongExpectedRevisionError)) throw error;
    // Somebody else was first.
    const theirs = await readStoreId(reader);
    if (theirs === null) throw error;
    return theirs;
  }
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
