import { readFile } from 'node:fs/promises';
import pg from 'pg';

const migration = new URL('../../migrations/0001_event_store.sql', import.meta.url);

/** Gives a database the event store's schema: the up part of its migration. */
export async function createEventStoreSchema(databaseUrl: string): Promise<void> {
  const [up] = (await readFile(migration, 'utf8')).split('-- Down Migration');
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(up ?? '');
  } finally {
    await client.end();
  }
}
