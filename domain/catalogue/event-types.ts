import { type z } from 'zod';
import { descriptions } from './descriptions.ts';
import { type EventCategory, eventSchemas, type EventTypeName } from './event-schemas.ts';
import { currentVersion } from './upcasters.ts';

export interface EventType {
  readonly type: EventTypeName;
  readonly category: EventCategory;
  /** The version that is written today. */
  readonly schemaVersion: number;
  readonly schema: z.ZodType;
  /** One sentence: which fact it records. */
  readonly doc: string;
}

/** The one list of event types: what is not in here is neither written nor read. */
export const eventTypes: readonly EventType[] = Object.entries(eventSchemas).flatMap(([category, schemas]) =>
  Object.entries(schemas).map(([type, schema]) => ({
    type: type as EventTypeName,
    category: category as EventCategory,
    schemaVersion: currentVersion(type),
    schema,
    doc: descriptions[type as EventTypeName],
  })),
);

const byType: ReadonlyMap<string, EventType> = new Map(eventTypes.map((entry) => [entry.type, entry]));

export function eventTypeOf(type: string): EventType | undefined {
  return byType.get(type);
}
