import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createWritePool,
  migrateDown,
  migrateUp,
  migrationStatus,
} from '../../../adapters/read-database/index.ts';
import { allProjections } from '../../../projections/all-projections.ts';
import { installProjections } from '../../../projections/runner/install.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';

describe('migrations of the database', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const applied = async (): Promise<number> =>
    (await migrationStatus(database.url)).filter((one) => one.appliedAt !== null).length;

  it('go up, down and up again with read models in place', async () => {
    const databaseUrl = database.url;
    const all = (await migrationStatus(databaseUrl)).map((one) => one.name);
    expect(await applied()).toBe(0);
    expect(await migrateUp({ databaseUrl })).toEqual(all);
    expect(await migrateUp({ databaseUrl })).toEqual([]);
    const pool = createWritePool(databaseUrl);
    await installProjections(pool, allProjections);
    await pool.end();
    const removed = await migrateDown({ databaseUrl, to: 9 });
    expect(removed.every((name) => Number(name.slice(0, 4)) > 9)).toBe(true);
    expect(await applied()).toBe(all.length - removed.length);
    expect([...(await migrateUp({ databaseUrl }))].reverse()).toEqual(removed);
    expect(await applied()).toBe(all.length);
  });

  it('a dry run tells and does nothing; up stops where it is told to', async () => {
    const databaseUrl = database.url;
    const would = await migrateUp({ databaseUrl, dryRun: true });
    expect(would.length).toBeGreaterThan(2);
    expect(await applied()).toBe(0);
    expect(await migrateUp({ databaseUrl, to: 3 })).toEqual(
      would.filter((name) => Number(name.slice(0, 4)) <= 3),
    );
  });

  it('several processes at once apply each migration once', async () => {
    const done = await Promise.all([1, 2, 3].map(() => migrateUp({ databaseUrl: database.url })));
    expect(done.flat().sort()).toEqual((await migrationStatus(database.url)).map((one) => one.name));
    const pools = [1, 2, 3].map(() => createWritePool(database.url));
    await Promise.all(pools.map((pool) => installProjections(pool, allProjections)));
    await Promise.all(pools.map((pool) => pool.end()));
  });
});
