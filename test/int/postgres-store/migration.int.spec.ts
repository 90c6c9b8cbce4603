import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { expect, it } from 'vitest';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { freshStream, samples } from '../../contract/event-store/samples.ts';
import { createTestDatabase } from '../../support/postgres.ts';

it('the migration goes up, down and up again, and leaves nothing behind', async () => {
  const database = await createTestDatabase();
  const dir = await mkdtemp(join(tmpdir(), 'bl-migration-'));
  const name = '0001_event_store.sql';
  await copyFile(new URL(`../../../migrations/${name}`, import.meta.url), join(dir, name));
  const migrate = (direction: 'up' | 'down'): Promise<unknown> =>
    runner({
      databaseUrl: database.url,
      dir,
      direction,
      migrationsTable: 'migrations',
      log: () => undefined,
    });
  const schemas = async (): Promise<number> => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rowCount } = await client.query(`SELECT FROM pg_namespace WHERE nspname = 'event_store'`);
    await client.end();
    return rowCount ?? 0;
  };
  await migrate('up');
  await migrate('down');
  expect(await schemas()).toBe(0);
  await migrate('up');
  const store = await openPostgresStore({ connectionString: database.url });
  await expect(store.append(freshStream(), samples(1), { expected: 'no_stream' })).resolves.toMatchObject({
    revision: 0,
  });
  await store.close();
  await rm(dir, { recursive: true });
  await database.drop();
});
