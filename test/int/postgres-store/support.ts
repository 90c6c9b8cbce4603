import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { openPostgresStore, type PostgresStoreOptions } from '../../../adapters/postgres-store/open.ts';
import { type PostgresStore } from '../../../adapters/postgres-store/postgres-store.ts';
import { batchParameters, type BatchParameters } from '../../../adapters/postgres-store/wire.ts';
import { domainCategories } from '../../../application/ports/event-store/categories.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type RecordedEvent } from '../../../application/ports/event-store/events.ts';
import { prepareAppend } from '../../../application/ports/event-store/prepared-append.ts';
import { type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { collect, samples } from '../../contract/event-store/samples.ts';
import { createEventStoreSchema } from '../../support/event-store-schema.ts';
import { createTestDatabase } from '../../support/postgres.ts';

export interface StoreDatabase {
  readonly url: string;
  /** One more store, closed at the end of the file. */
  open(options?: Partial<PostgresStoreOptions>): Promise<PostgresStore>;
  /** One more plain connection, closed at the end of the file. */
  connect(): Promise<pg.Client>;
  /** One statement on a connection of its own. */
  run(sql: string, values?: unknown[]): Promise<pg.QueryResult<Record<string, string>>>;
}

/** A database with an empty event store, for all tests of the file. */
export function useStoreDatabase(): () => StoreDatabase {
  let database: StoreDatabase | undefined;
  const cleaning: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    const created = await createTestDatabase();
    cleaning.push(() => created.drop());
    await createEventStoreSchema(created.url);
    database = storeDatabase(created.url, cleaning);
  });
  afterAll(async () => {
    for (const clean of cleaning.reverse()) await clean();
  });
  return () => {
    if (database === undefined) throw new Error('the database is there only while tests run');
    return database;
  };
}

function storeDatabase(url: string, cleaning: (() => Promise<unknown>)[]): StoreDatabase {
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    cleaning.push(() => client.end());
    return client;
  };
  return {
    url,
    connect,
    open: async (options = {}) => {
      const store = await openPostgresStore({ connectionString: url, ...options });
      cleaning.push(() => store.close());
      return store;
    },
    run: async (sql, values) => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        return await client.query(sql, values);
      } finally {
        await client.end();
      }
    },
  };
}

export const APPEND = 'SELECT * FROM event_store.append_batch($1, $2, $3, $4, $5, $6, $7, $8)';

/** The parameters of a batch of one append with `any`: for tests that hold the transaction open by themselves. */
export function anyBatch(stream: StreamName, count = 1, first = 0): [...BatchParameters] {
  return [...batchParameters([prepareAppend(stream, samples(count, first), 'any')])];
}

export function everything(store: EventStore): Promise<RecordedEvent[]> {
  return collect(store.readAll({ categories: domainCategories }));
}

/** Positions of all domain events, which must be 1 to n. */
export async function positionsOf(database: StoreDatabase): Promise<number[]> {
  const { rows } = await database.run('SELECT position FROM event_store.events ORDER BY position');
  return rows.map((row) => Number(row['position']));
}

export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

export async function eventually(
  condition: () => Promise<boolean> | boolean,
  withinMs = 10_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
