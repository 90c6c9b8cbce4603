import { type JsonObject } from '../../../domain/canonical/json.ts';
import { type Position } from './position.ts';
import { type StreamName } from './stream-name.ts';

/** An event on its way into a store. Both parts are written as canonical JSON (frames: plain JSON). */
export interface NewEvent {
  /** A UUID in lower case with dashes. Deterministic, see `application/ids`. */
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
}

/** An event as a store returns it, before upcasting. */
export interface RecordedEvent {
  readonly stream: StreamName;
  /** Number in its stream, from 0. A safe integer: no stream ever holds 2^53 events. */
  readonly revision: number;
  readonly position: Position;
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
  /**
   * When the store recorded it: RFC 3339, milliseconds, `Z`. In a copy of a store this is the original's time
   * (metadata `copied_from.created`).
   */
  readonly recordedAt: string;
}

/** What every adapter uses for {@link RecordedEvent.recordedAt}: the original's time where the event is a copy. */
export function recordedAtOf(metadata: JsonObject, created: string): string {
  const copied = metadata['copied_from'];
  if (typeof copied === 'object' && copied !== null && !Array.isArray(copied)) {
    const original = (copied as JsonObject)['created'];
    if (typeof original === 'string') return original;
  }
  return created;
}
