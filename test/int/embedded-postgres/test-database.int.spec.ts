import pg from 'pg';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../support/postgres.ts';

it('gives every test a fresh UTF-8 database that disappears', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  expect(one.url).not.toBe(two.url);

  const client = new pg.Client({ connectionString: one.url });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query('show server_encoding');
  expect(rows).toEqual([{ server_encoding: 'UTF8' }]);

  // The connection is still open: a pool that a test forgot must not keep the database.
  await one.drop();
  await two.drop();
  await expect(new pg.Client({ connectionString: one.url }).connect()).rejects.toThrow(/does not exist/);
});
