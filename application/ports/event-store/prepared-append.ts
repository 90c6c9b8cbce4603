import { canonicalJson, NotCanonicalError } from '../../../domain/canonical/json.ts';
import { type Category } from './categories.ts';
import { AppendTooLargeError, InvalidEventError } from './errors.ts';
import { MAX_APPEND_BYTES, type ExpectedRevision } from './event-store.ts';
import { type NewEvent } from './events.ts';
import { parseStreamName, type StreamName } from './stream-name.ts';

/** An event as it goes over the wire: both parts as canonical text, made before any store is asked. */
export interface PreparedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

export interface PreparedAppend {
  readonly stream: StreamName;
  readonly category: Category;
  readonly expected: ExpectedRevision;
  readonly events: readonly [PreparedEvent, ...PreparedEvent[]];
  /** Of all ids, types, data and metadata together, in UTF-8. */
  readonly bytes: number;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MAX_TYPE_LENGTH = 200;

/**
 * What every adapter does first: a mistake of the program is found here, with nothing sent, and the same mistake is
 * answered the same way by every store. (A malformed id or an empty type can end the process of a client that sends it.)
 */
export function prepareAppend(
  stream: StreamName,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
): PreparedAppend {
  const category = parseStreamName(stream)?.category;
  if (category === undefined) throw new InvalidEventError(`not a stream name: ${stream}`);
  requireExpectation(expected);
  const [first, ...rest] = events;
  if (first === undefined) throw new InvalidEventError(`${stream}: an append of no events`);
  const prepared: [PreparedEvent, ...PreparedEvent[]] = [prepareEvent(first), ...rest.map(prepareEvent)];
  const bytes = prepared.reduce((sum, event) => sum + sizeOf(event), 0);
  if (bytes > MAX_APPEND_BYTES) throw new AppendTooLargeError(bytes, MAX_APPEND_BYTES);
  return { stream, category, expected, events: prepared, bytes };
}

function prepareEvent(event: NewEvent): PreparedEvent {
  const { id, type } = event;
  if (typeof id !== 'string' || !UUID.test(id)) {
    throw new InvalidEventError(`not an event id (UUID, lower case, dashes): ${String(id)}`);
  }
  if (typeof type !== 'string' || type === '' || type.length > MAX_TYPE_LENGTH || !type.isWellFormed()) {
    throw new InvalidEventError(`event ${id}: not an event type: ${JSON.stringify(type)}`);
  }
  // `$` begins the types of the store's own events.
  if (type.startsWith('$'))
    throw new InvalidEventError(`event ${id}: the type ${type} belongs to the store itself`);
  return { id, type, data: text(event, 'data'), metadata: text(event, 'metadata') };
}

function text(event: NewEvent, part: 'data' | 'metadata'): string {
  const value: unknown = event[part];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidEventError(`event ${event.id} (${event.type}): ${part} is not an object`);
  }
  try {
    return canonicalJson(value);
  } catch (error) {
    if (!(error instanceof NotCanonicalError)) throw error;
    throw new InvalidEventError(`event ${event.id} (${event.type}), ${part}: ${error.message}`, {
      cause: error,
    });
  }
}

function requireExpectation(expected: ExpectedRevision): void {
  if (expected === 'any' || expected === 'no_stream' || expected === 'stream_exists') return;
  if (!Number.isSafeInteger(expected) || expected < 0) {
    throw new InvalidEventError(`not an expected revision: ${String(expected)}`);
  }
}

function sizeOf(event: PreparedEvent): number {
  return [event.id, event.type, event.data, event.metadata].reduce(
    (sum, part) => sum + Buffer.byteLength(part, 'utf8'),
    0,
  );
}
