import { openEventStoreDb } from '../../../adapters/eventstoredb/index.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';

/** For writers in processes of their own. */
export function open(url: string): Promise<EventStore> {
  return openEventStoreDb({ url });
}
