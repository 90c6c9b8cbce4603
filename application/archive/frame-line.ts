import { canonicalJson, NotCanonicalError } from '../../domain/canonical/json.ts';
import { type RecordedEvent } from '../ports/event-store/events.ts';

/** One archived frame: a line of the file, canonical JSON. [F] */
export function frameLine({ data, id, metadata, recordedAt, revision, type }: RecordedEvent): string {
  const line = { data, id, metadata, recorded_at: recordedAt, revision, type };
  try {
    return canonicalJson(line);
  } catch (error) {
    // Frames are exempt from the restrictions of canonical events: what another writer put there is kept all the same.
    if (!(error instanceof NotCanonicalError)) throw error;
    return sortedJson(line);
  }
}

/** RFC 8785 without our restrictions: numbers as ECMAScript prints them, half characters escaped. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${sortedJson(member)}`);
  return `{${members.join(',')}}`;
}
