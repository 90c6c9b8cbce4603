import { type Settings } from '../../config/index.ts';
import { type EmbeddedPostgres, joinEmbeddedPostgres } from '../../embedded-postgres/index.ts';
import { makeThrowawayDatabase } from './throwaway-database.ts';

/** Where the data are, with the embedded Postgres running if anything needs it. */
export interface Databases {
  readonly readModels: string;
  /** Of the event store, where that is a Postgres. */
  readonly events: string | null;
  /** Made by this program and for it alone: it follows the program's schema by itself. */
  readonly own: ReadonlySet<string>;
  leave(): Promise<void>;
}

export async function joinDatabases(settings: Settings, log: (line: string) => void): Promise<Databases> {
  const { databaseUrl, eventStoreUrl } = settings;
  const needsEmbedded = databaseUrl.kind === 'embedded' || eventStoreUrl.kind === 'embedded';
  const embedded = needsEmbedded ? await joinEmbeddedPostgres({ dataDir: settings.dataDir, log }) : null;
  const given = databaseUrl.kind === 'embedded' ? (embedded?.url ?? '') : databaseUrl.url.reveal();
  try {
    const throwaway = eventStoreUrl.kind === 'memory' ? await makeThrowawayDatabase(given) : null;
    const readModels = throwaway?.url ?? given;
    return {
      readModels,
      events: eventsUrl(settings, embedded),
      own: new Set([embedded?.url, throwaway?.url].filter((url) => url !== undefined)),
      leave: async () => {
        await throwaway?.drop().catch(() => undefined);
        await embedded?.leave();
      },
    };
  } catch (error) {
    await embedded?.leave();
    throw error;
  }
}

function eventsUrl({ eventStoreUrl }: Settings, embedded: EmbeddedPostgres | null): string | null {
  if (eventStoreUrl.kind === 'embedded') return embedded?.url ?? null;
  return eventStoreUrl.kind === 'postgres' ? eventStoreUrl.url.reveal() : null;
}

/** Every Postgres that our schema belongs in, each once. */
export function migratedUrls({ events, readModels }: Databases): readonly string[] {
  return [...new Set(events === null ? [readModels] : [readModels, events])];
}
