import { randomUUID } from 'node:crypto';
import { canonicalJson, type JsonObject } from '../../domain/canonical/json.ts';
import { WrongExpectedRevisionError } from '../../application/ports/event-store/errors.ts';
import { type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { appendRequest } from './append-request.ts';
import { type Appender } from './appender.ts';
import { readStreamRequest } from './read-request.ts';
import { READ_STALL_MS, type Reader } from './reader.ts';

/**
 * Sets `$maxAge` of a stream, which the server applies on every read. Everything else in the stream's settings stays,
 * and nothing is written when it is set already: each write is an event that stays in `$all` for ever.
 */
export async function retainFor(
  stream: StreamName,
  maxAgeS: number,
  tools: { readonly appender: Appender; readonly reader: Reader },
): Promise<void> {
  if (!Number.isSafeInteger(maxAgeS) || maxAgeS < 1) {
    throw new RangeError(`a retention is a whole number of seconds from 1: ${maxAgeS}`);
  }
  for (;;) {
    const current = await settingsOf(stream, tools.reader);
    if (current?.data['$maxAge'] === maxAgeS) return;
    const values = { ...current?.data, $maxAge: maxAgeS };
    try {
      await write(stream, values, current?.revision ?? 'no_stream', tools.appender);
      return;
    } catch (error) {
      // Somebody else wrote the settings in between: look again.
      if (!(error instanceof WrongExpectedRevisionError)) throw error;
    }
  }
}

async function write(
  stream: StreamName,
  values: JsonObject,
  expected: number | 'no_stream',
  appender: Appender,
): Promise<void> {
  const event = { id: randomUUID(), type: '$metadata', data: canonicalJson(values), metadata: '{}' };
  const request = appendRequest(`$$${stream}`, [event], expected);
  await appender.send({ stream, expected, bytes: event.data.length }, request, { timeoutMs: 5000 });
}

/** The last event of the stream that holds the settings: the client's own function answers a wrong revision. */
function settingsOf(stream: StreamName, reader: Reader): Promise<RecordedEvent | null> {
  return reader.one({
    request: () => readStreamRequest(`$$${stream}`, 'end', 'backwards', 1),
    stream,
    stallMs: READ_STALL_MS,
    streams: 'any',
  });
}
