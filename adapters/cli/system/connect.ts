import { type Pool } from 'pg';
import { type Logger } from 'pino';
import { type DatabasePool } from 'slonik';
import { createHandlers, type Handlers } from '../../../application/commands/handlers.ts';
import { PersonalDataProtection } from '../../../application/personal-data/protect.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type PersonalDataVault } from '../../../application/ports/personal-data-vault.ts';
import { type ReservationDirectory } from '../../../application/ports/reservation-directory.ts';
import { loadOrCreateKey, type Settings } from '../../config/index.ts';
import { PostgresReservationDirectory } from '../../directories/postgres-reservation-directory.ts';
import { PostgresVault } from '../../personal-data/postgres-vault.ts';
import { createReadPool, createWritePool } from '../../read-database/index.ts';
import { version } from '../version.ts';
import { Closing } from './closing.ts';
import { requireSchema } from './schema.ts';
import { openStore } from './store.ts';
import { type Databases, joinDatabases } from './urls.ts';

/** What every verb and every role builds on: the store, the database, and the way to give commands. */
export interface Resources {
  readonly settings: Settings;
  readonly databases: Databases;
  readonly store: EventStore;
  readonly handlers: Handlers;
  /** For statements of the write side: directories, keys, tables of processes. */
  readonly pool: Pool;
  /** For queries. */
  readonly read: DatabasePool;
  readonly directory: ReservationDirectory;
  readonly vault: PersonalDataVault;
  readonly protection: PersonalDataProtection;
  readonly log: Logger;
  /** A pool more, closed with the others. */
  readonly openPool: (name: string, size: number) => Pool;
  /** In the reverse order of the opening. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly log: Logger;
  /** Puts something around the store, such as measuring. */
  readonly around?: (store: EventStore) => EventStore;
}

export async function connect(settings: Settings, options: ConnectOptions): Promise<Resources> {
  const { log, around = (store) => store } = options;
  const closing = new Closing((error) => log.warn({ err: error }, 'something could not be closed'));
  try {
    const databases = await joinDatabases(settings, (line) => log.info(line));
    closing.add(() => databases.leave());
    await requireSchema(databases, (line) => log.debug(line));
    const store = around(await openStore(settings, databases));
    closing.add(() => store.close());
    const openPool = (name: string, size: number): Pool => {
      const pool = createWritePool(databases.readModels, {
        size,
        applicationName: `bayledger ${name}`,
        onError: (error) => log.warn({ err: error }, `an idle connection of ${name} broke`),
      });
      // Also while somebody has it: a connection that breaks between two of their statements would end the process.
      pool.on('connect', (client) => client.on('error', () => undefined));
      closing.add(() => pool.end());
      return pool;
    };
    const pool = openPool('commands', 6);
    const read = await createReadPool(databases.readModels, {
      applicationName: 'bayledger queries',
      onError: (error) => log.warn({ err: error }, 'a connection for queries broke'),
    });
    closing.add(() => read.end());
    const handlers = createHandlers({ store, softwareVersion: version() });
    const vault = new PostgresVault(pool, await masterKey(settings));
    return {
      settings,
      databases,
      store,
      handlers,
      pool,
      read,
      directory: new PostgresReservationDirectory(pool),
      vault,
      protection: new PersonalDataProtection(vault, handlers.subject),
      log,
      openPool,
      close: () => closing.run(),
    };
  } catch (error) {
    await closing.run();
    throw error;
  }
}

async function masterKey(settings: Settings): Promise<Buffer> {
  const key = settings.masterKey ?? (await loadOrCreateKey(settings.dataDir, 'master'));
  return key.reveal();
}
