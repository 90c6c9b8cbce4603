import { afterEach, beforeEach } from 'vitest';
import { openEventStoreDb } from '../../../adapters/eventstoredb/index.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { FakeEventStoreDb } from '../../support/fake-eventstoredb/fake-eventstoredb.ts';

/** A fresh fake server and a store on it for each test; and whatever would have ended the process is kept. */
export function useFake(): {
  readonly fake: FakeEventStoreDb;
  readonly store: EventStore;
  readonly crashes: unknown[];
} {
  const used: { fake?: FakeEventStoreDb; store?: EventStore; crashes: unknown[] } = { crashes: [] };
  const keep = (error: unknown): void => void used.crashes.push(error);
  beforeEach(async () => {
    used.crashes = [];
    process.on('uncaughtException', keep).on('unhandledRejection', keep);
    used.fake = await FakeEventStoreDb.start();
    used.store = await openEventStoreDb({ url: used.fake.url });
  });
  afterEach(async () => {
    await used.store?.close();
    used.fake?.crash();
    process.off('uncaughtException', keep).off('unhandledRejection', keep);
  });
  const open = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('only while a test runs');
    return value;
  };
  return {
    get fake() {
      return open(used.fake);
    },
    get store() {
      return open(used.store);
    },
    get crashes() {
      return used.crashes;
    },
  };
}
