import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { joinEmbeddedPostgres } from '../../adapters/embedded-postgres/index.ts';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/**
 * A fresh, empty database on the one Postgres of this test run. The server starts when a test first asks for it, so
 * a run of unit tests starts none; with TEST_POSTGRES_URL it is that one.
 *
 *     const database = await createTestDatabase();   // beforeAll
 *     await database.drop();                         // afterAll; open connections do not hinder it
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const admin = await testServerUrl();
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  await execute(admin, `create database ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(admin, `drop database if exists ${name} with (force)`) };
}

/** The same, for tests that leave the cleaning to the end of the run, when the whole server goes. */
export async function testPostgres(): Promise<string> {
  return (await createTestDatabase()).url;
}

async function testServerUrl(): Promise<string> {
  const known = process.env['BL_TEST_POSTGRES'];
  if (known !== undefined) return known;
  const dataDir = process.env['BL_TEST_POSTGRES_DIR'];
  if (dataDir === undefined) throw new Error('test/support/postgres-global-setup.ts is not in globalSetup');
  // Never left: the next test file adopts the server, and the global teardown stops it.
  const { url } = await joinEmbeddedPostgres({
    dataDir,
    log: () => undefined,
    // What tests write need not survive a power cut.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '64MB' },
  });
  process.env['BL_TEST_POSTGRES'] = url;
  return url;
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
