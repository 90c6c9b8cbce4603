import { canonicalJson, NotCanonicalError } from '../canonical/json.ts';
import { eventTypeOf } from './event-types.ts';

/**
 * Why data may not be written as an event of a type; null: it may. Stricter than the schema alone: names and codes are
 * trimmed and put in upper case by their schemas, so what only fits after tidying up would stand untidy in the history.
 */
export function writeProblem(type: string, data: unknown): string | null {
  const known = eventTypeOf(type);
  if (known === undefined) return `${type} is not in the event catalogue`;
  const parsed = known.schema.safeParse(data);
  if (!parsed.success) return `${type} does not fit its schema: ${parsed.error.message}`;
  try {
    if (canonicalJson(parsed.data) === canonicalJson(data)) return null;
    return `${type} is not in its stored form: names are trimmed, codes in upper case`;
  } catch (error) {
    if (error instanceof NotCanonicalError) return `${type} has no canonical form: ${error.message}`;
    throw error;
  }
}
