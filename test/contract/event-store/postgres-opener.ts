import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';

/** For writers in processes of their own. */
export function open(connectionString: string): Promise<EventStore> {
  return openPostgresStore({ connectionString });
}
