import { type ClientBase } from 'pg';
import { describe, expect, it } from 'vitest';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { prepareSession } from '../../../adapters/postgres-store/session.ts';
import {
  SchemaMissingError,
  UnsupportedPostgresError,
} from '../../../adapters/postgres-store/unsupported.ts';
import { batchParameters } from '../../../adapters/postgres-store/wire.ts';
import { prepareAppend } from '../../../application/ports/event-store/prepared-append.ts';
import { collect, freshStream, samples } from '../../contract/event-store/samples.ts';
import { createTestDatabase } from '../../support/postgres.ts';
import { anyBatch, APPEND, everything, useStoreDatabase } from './support.ts';

describe('what the database itself refuses', () => {
  const database = useStoreDatabase();

  const tables = async (): Promise<string[]> => {
    const store = await database().open();
    await store.append(freshStream(), samples(1), { expected: 'any' });
    await store.append(freshStream('frames'), samples(1), { expected: 'any' });
    const { rows } = await database().run(
      `SELECT inhrelid::regclass AS name FROM pg_inherits WHERE inhparent = 'event_store.frames'::regclass
         AND inhrelid::regclass::text ~ '[0-9]{8}$'`,
    );
    const partitions = rows.map((row) => row['name'] ?? '');
    expect(partitions.length).toBeGreaterThan(0);
    return ['event_store.events', 'event_store.streams', 'event_store.frames', ...partitions];
  };

  it.each(['origin', 'replica'])(
    'changes of history, also with session_replication_role = %s',
    async (role) => {
      const client = await database().connect();
      await client.query(`SET session_replication_role = ${role}`);
      for (const table of await tables()) {
        const column = table.endsWith('streams') ? 'name = name' : 'revision = revision';
        for (const sql of [
          `UPDATE ${table} SET ${column}`,
          `UPDATE ${table} SET ${column} WHERE false`,
          `DELETE FROM ${table}`,
          `TRUNCATE ${table}`,
        ]) {
          await expect(client.query(sql), sql).rejects.toMatchObject({ code: '42501' });
        }
      }
    },
  );

  it.each(['REPEATABLE READ', 'SERIALIZABLE'])('appending in %s', async (level) => {
    const client = await database().connect();
    await client.query(`BEGIN ISOLATION LEVEL ${level}`);
    await expect(client.query(APPEND, anyBatch(freshStream()))).rejects.toThrow(/READ COMMITTED/);
    await client.query('ROLLBACK');
  });

  it('takes appends where the database defaults to SERIALIZABLE', async () => {
    const name = new URL(database().url).pathname.slice(1);
    await database().run(`ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable'`);
    const store = await database().open();
    await expect(store.append(freshStream(), samples(1), { expected: 'any' })).resolves.toBeDefined();
    await database().run(`ALTER DATABASE ${name} RESET default_transaction_isolation`);
  });

  it.each([4, 5, 6, 7])(
    'a raw newline that would shift parameter %i into the next append',
    async (column) => {
      const client = await database().connect();
      const streams = [freshStream(), freshStream()];
      const appends = streams.map((stream) => prepareAppend(stream, samples(1), 'no_stream'));
      const parameters: string[] = [...batchParameters(appends)];
      // `{"a":1}` of the first append becomes two values, the second append's value would be a third.
      parameters[column] = (parameters[column] ?? '').replace(/^(.)/, '$1\n');
      await expect(client.query(APPEND, parameters)).rejects.toThrow();
      const store = await database().open();
      for (const stream of streams) expect(await collect(store.readStream(stream))).toEqual([]);
    },
  );

  it('names the columns that differ in length, as such', async () => {
    const client = await database().connect();
    const parameters = anyBatch(freshStream());
    parameters[6] += '\n{}';
    await expect(client.query(APPEND, parameters)).rejects.toThrow(/differ in length/);
  });

  it('a malformed batch: a stream number out of range, an append of no events, no appends', async () => {
    const client = await database().connect();
    const [names, , expectations, counts, ...texts] = anyBatch(freshStream());
    await expect(client.query(APPEND, [names, '{2}', expectations, counts, ...texts])).rejects.toThrow();
    await expect(client.query(APPEND, [names, '{1}', expectations, '{0}', ...texts])).rejects.toThrow();
    await expect(client.query(APPEND, ['', '{}', '{}', '{}', '', '', '', ''])).rejects.toThrow();
  });
});

describe('what opening refuses', () => {
  it('a server older than 17, by name', async () => {
    const old = {
      query: () => Promise.resolve({ rows: [['160004']] }),
    } as unknown as ClientBase;
    const settings = { connectionString: '', applicationName: '', transactionTimeoutMs: 1 };
    await expect(prepareSession(old, settings)).rejects.toThrow(UnsupportedPostgresError);
    await expect(prepareSession(old, settings)).rejects.toThrow(/Postgres 17 or later.*this server is 16/);
  });

  it('a database that was not migrated', async () => {
    const empty = await createTestDatabase();
    await expect(openPostgresStore({ connectionString: empty.url })).rejects.toThrow(SchemaMissingError);
    await empty.drop();
  });
});

describe('opening', () => {
  const database = useStoreDatabase();

  it('writes StoreOpened once, however many come first', async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, () => database().open()));
    const ids = new Set(stores.map((store) => store.storeId));
    expect(ids.size).toBe(1);
    const [store] = stores;
    if (store === undefined) throw new Error('a store was expected');
    const events = await everything(store);
    expect(events).toMatchObject([
      {
        id: store.storeId,
        type: 'StoreOpened',
        stream: `store-${'0'.repeat(32)}-${'0'.repeat(32)}`,
        revision: 0,
      },
    ]);
  });

  it('leaves synchronous_commit to the server and limits transactions', async () => {
    const store = await database().open({ applicationName: 'settings', transactionTimeoutMs: 1234 });
    await store.append(freshStream(), samples(1), { expected: 'any' });
    const client = await database().connect();
    const { rows } = await client.query<{ count: string }>(
      `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'settings write'`,
    );
    expect(rows[0]?.count).toBe('1');
    const source = await import('node:fs/promises').then(({ readFile }) =>
      readFile(new URL('../../../adapters/postgres-store/session.ts', import.meta.url), 'utf8'),
    );
    expect(source).not.toMatch(/SET synchronous_commit/);
  });
});
