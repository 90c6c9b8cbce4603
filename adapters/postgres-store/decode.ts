import { recordedAtOf, type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { type JsonObject } from '../../domain/canonical/json.ts';
import { typeFromText } from './type-text.ts';

/** What every read selects, in this order. */
export const COLUMNS = 'e.position, e.stream, e.revision, e.created, e.id, e.type, e.data, e.metadata';

export type EventRow = [
  position: string,
  stream: string,
  revision: string,
  created: string,
  id: string,
  type: string,
  data: string,
  metadata: string,
];

export function decode(row: EventRow, stream: StreamName, storeId: string): RecordedEvent {
  const commit = BigInt(row[0]);
  const metadata = JSON.parse(row[7]) as JsonObject;
  return {
    stream,
    revision: Number(row[2]),
    position: { storeId, commit, prepare: commit },
    id: row[4],
    type: typeFromText(row[5]),
    data: JSON.parse(row[6]) as JsonObject,
    metadata,
    recordedAt: recordedAtOf(metadata, instant(row[3])),
  };
}

/** `2026-05-01 12:00:00.12+00`, as Postgres writes it in this session, as `2026-05-01T12:00:00.120Z`. */
export function instant(text: string): string {
  const fraction = text.slice(20, -3).padEnd(3, '0').slice(0, 3);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`;
}

/** The size of a page's texts: the next page is made larger or smaller by it. */
export function sizeOf(rows: readonly EventRow[]): number {
  let size = 0;
  for (const row of rows) size += row[6].length + row[7].length;
  return size;
}
