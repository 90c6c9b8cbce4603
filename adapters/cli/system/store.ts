import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type Settings } from '../../config/index.ts';
import { type Databases } from './urls.ts';

/** The event store that the settings name. Each adapter is loaded only when it is the one. */
export async function openStore(settings: Settings, databases: Databases): Promise<EventStore> {
  const { eventStoreUrl } = settings;
  switch (eventStoreUrl.kind) {
    case 'embedded':
    case 'postgres': {
      const { openPostgresStore } = await import('../../postgres-store/open.ts');
      return openPostgresStore({ connectionString: databases.events ?? '' });
    }
    case 'eventstoredb': {
      const { openEventStoreDb } = await import('../../eventstoredb/index.ts');
      return openEventStoreDb({ url: eventStoreUrl.url.reveal() });
    }
    case 'memory': {
      const { openMemoryStore } = await import('../../memory-store/memory-store.ts');
      return openMemoryStore();
    }
  }
}
