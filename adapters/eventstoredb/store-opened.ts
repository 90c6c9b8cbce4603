import { randomUUID } from 'node:crypto';
import { WrongExpectedRevisionError } from '../../application/ports/event-store/errors.ts';
import { prepareAppend } from '../../application/ports/event-store/prepared-append.ts';
import { storeOpened, storeStream } from '../../application/ports/event-store/store-opened.ts';
import { type Appender } from './appender.ts';
import { readStreamRequest } from './read-request.ts';
import { READ_STALL_MS, type Reader } from './reader.ts';

/** The id of the first event of the store's own stream, or null in a store that nobody has opened yet. */
export async function readStoreId(reader: Reader, signal?: AbortSignal): Promise<string | null> {
  const opened = await reader.one({
    request: () => readStreamRequest(storeStream, 'start', 'forwards', 1),
    stream: storeStream,
    stallMs: READ_STALL_MS,
    signal,
  });
  return opened?.id ?? null;
}

/** The store's id: read, or given by whoever connects first. [F] */
export async function openStore(reader: Reader, appender: Appender, now: Date): Promise<string> {
  const known = await readStoreId(reader);
  if (known !== null) return known;
  const event = storeOpened(randomUUID(), randomUUID(), now);
  const append = prepareAppend(storeStream, [event], 'no_stream');
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
