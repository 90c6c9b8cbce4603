import { type NewEvent } from './events.ts';
import { NO_TENANT, streamName } from './stream-name.ts';

/** The store's own stream. The id of its first event is the store's id. [F] */
export const storeStream = streamName('store', NO_TENANT, NO_TENANT);

/** The event by which whoever connects first gives the store its id. Both ids are new. [F] */
export function storeOpened(id: string, commandId: string, now: Date): NewEvent {
  return {
    id,
    type: 'StoreOpened',
    data: {},
    metadata: {
      schema_version: 1,
      tenant_id: '00000000-0000-0000-0000-000000000000',
      occurred_at: now.toISOString(),
      decided_at: now.toISOString(),
      actor: { type: 'system', id: 'event-store' },
      command_id: commandId,
      $correlationId: commandId,
      software_version: '0',
    },
  };
}
