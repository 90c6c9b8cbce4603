import { recordedAtOf, type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { type JsonObject } from '../../domain/canonical/json.ts';
import { typeFromText } from './type-text.ts';

/** What every read selects, in this order. */
export const COLUMNS = 'e.position, e.revision, e.created, e.id, e.type, e.data, e.metadata';

export type EventRow = [
  position: string,
  revision: string,
  created: string,
  id: string,
  type: string,
  data: string,
  metadata: string,
  /** The number of the stream, where the reader does not know it. */
  stream: string,
];

export function decode(row: EventRow, stream: StreamName, storeId: string): RecordedEvent {
  const commit = BigInt(row[0]);
  const metadata = JSON.parse(row[6]) as JsonObject;
  return {
    stream,
    revision: Number(row[1]),
    position: { storeId, commit, prepare: commit },
    id: row[3],
    type: typeFromText(row[4]),
    data: JSON.parse(row[5]) as JsonObject,
    metadata,
    recordedAt: recordedAtOf(metadata, instant(row[2])),
  };
}

/** `2026-05-01 12:00:00.12+00`, as Postgres writes it in this session, as `2026-05-01T12:00:00.120Z`. */
export function instant(text: string): string {
  const fraction = text.slice(20, -3).padEnd(3, '0').slice(0, 3);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`;
}

/** The size of an event's texts: the next page is made larger or smaller by it. */
export function sizeOf(row: EventRow): number {
  return row[5].length + row[6].length;
}
