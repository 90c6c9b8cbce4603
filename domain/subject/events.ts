/** Events of a person whose data is kept encrypted. [F] Storage format, see domain/space/events.ts. */
import { z } from 'zod';
import { type EventOf } from '../event/event.ts';

export const subjectEventSchemas = {
  SubjectKeyCreated: z.strictObject({ key_id: z.string().max(64) }),
} as const;

export type SubjectEvent = EventOf<typeof subjectEventSchemas>;
