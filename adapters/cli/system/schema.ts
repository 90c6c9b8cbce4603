import { migrateUp, migrationStatus } from '../../read-database/index.ts';
import { Failure } from '../failure.ts';
import { type Databases, migratedUrls } from './urls.ts';

/** A database of the program's own follows the program; one given by URL belongs to somebody, who decides when it changes. */
export async function requireSchema(databases: Databases, log: (line: string) => void): Promise<void> {
  for (const url of migratedUrls(databases)) {
    const pending = (await migrationStatus(url)).filter(({ appliedAt }) => appliedAt === null);
    if (pending.length === 0) continue;
    const names = pending.map(({ name }) => name);
    if (!databases.own.has(url)) {
      throw new Failure(
        'migrations-pending',
        `the database ${placeOf(url)} lacks ${names.length} migration(s), from ${names[0]} on: run "bayledger migrate up"`,
        { pending: names },
      );
    }
    await migrateUp({ databaseUrl: url, log });
  }
}

/** Host and name of a database, for people: no user, no password. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
