import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Pool } from 'pg';
import { discardEmbeddedPostgres, joinEmbeddedPostgres } from '../../../adapters/embedded-postgres/index.ts';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { createWritePool, migrateUp } from '../../../adapters/read-database/index.ts';

export interface BenchDatabase {
  readonly url: string;
  readonly pool: Pool;
  readonly store: EventStore;
  close(): Promise<void>;
}

/** A server of its own with the embedded default's settings (fsync on), events and read models in one database. */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bl-bench-projections-'));
  // As root, the server runs under another user, who has to pass through.
  await chmod(dataDir, 0o711);
  const server = await joinEmbeddedPostgres({ dataDir, log: () => undefined });
  const { url } = server;
  await migrateUp({ databaseUrl: url });
  const pool = createWritePool(url, { size: 6 });
  const store = await openPostgresStore({ connectionString: url });
  return {
    url,
    pool,
    store,
    close: async () => {
      await store.close();
      await pool.end();
      await server.leave();
      await discardEmbeddedPostgres(dataDir);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
