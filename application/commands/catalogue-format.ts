import { type EventFormat } from './event-metadata.ts';
import { eventTypeOf } from '../../domain/catalogue/event-types.ts';

/** The event catalogue as the command handlers see it: what is written has today's version and fits its schema. */
export const catalogueFormat: EventFormat = {
  currentVersion: (type) => known(type).schemaVersion,
  assertWritable(type, data) {
    const parsed = known(type).schema.safeParse(data);
    if (!parsed.success) throw new Error(`${type} does not fit its schema: ${parsed.error.message}`);
  },
};

function known(type: string) {
  const found = eventTypeOf(type);
  if (found === undefined) throw new Error(`${type} is not in the event catalogue`);
  return found;
}
