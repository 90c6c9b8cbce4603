import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { createEventStoreSchema } from '../../support/event-store-schema.ts';
import { createTestDatabase } from '../../support/postgres.ts';
import { describeEventStore } from './event-store-contract.ts';

describeEventStore('postgres', async () => {
  const database = await createTestDatabase();
  await createEventStoreSchema(database.url);
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  let passed = 0;
  return {
    open: () =>
      openPostgresStore({
        connectionString: database.url,
        now: () => new Date(Date.now() + passed),
      }),
    advanceTime: (seconds: number) => void (passed += seconds * 1000),
    dropSubscriptions: async () => {
      await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'bayledger store listen'`);
    },
    inChildren: {
      module: fileURLToPath(new URL('./postgres-opener.ts', import.meta.url)),
      argument: database.url,
    },
    close: async () => {
      await admin.end();
      await database.drop();
    },
  };
});
