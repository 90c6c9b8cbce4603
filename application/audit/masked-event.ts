import { ciphertextSchema } from '../../domain/personal-data/ciphertext.ts';
import { type Json, type JsonObject } from '../../domain/canonical/json.ts';
import { type RecordedEvent } from '../ports/event-store/events.ts';
import { positionToken } from '../ports/event-store/position.ts';

/** An event as it is shown to people: as it stands, personal data masked (it is ciphertext anyway). */
export interface ShownEvent {
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly event_id: string;
  readonly type: string;
  readonly recorded_at: string;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
}

export function showEvent(event: RecordedEvent): ShownEvent {
  return {
    stream: event.stream,
    revision: event.revision,
    position: positionToken(event.position),
    event_id: event.id,
    type: event.type,
    recorded_at: event.recordedAt,
    data: mask(event.data) as JsonObject,
    metadata: event.metadata,
  };
}

const MASK = '[personal data]';

function mask(value: Json | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => mask(item) ?? null);
  if (ciphertextSchema.safeParse(value).success) return MASK;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mask(member)]));
}
