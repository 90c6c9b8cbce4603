/** The one event whose id is the store's id. [F] Storage format, see domain/space/events.ts. */
import { z } from 'zod';
import { type EventOf } from '../event/event.ts';

export const storeEventSchemas = { StoreOpened: z.strictObject({}) } as const;
export type StoreEvent = EventOf<typeof storeEventSchemas>;
