import { afterAll, beforeAll } from 'vitest';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';

/** One store that the suite may fill. Its history may be old and shared: cases look only at what they wrote themselves. */
export interface StoreUnderTest {
  /** A client. Each call gives one more client of the same store. */
  readonly open: () => Promise<EventStore>;
  /** Lets time pass for the store's clock. Absent: the suite waits really. */
  readonly advanceTime?: (seconds: number) => Promise<void> | void;
  /** Breaks the connection of every running subscription of the clients opened here. Absent: those cases are skipped. */
  readonly dropSubscriptions?: () => Promise<void> | void;
  /**
   * For writers in processes of their own: the absolute path of a module that exports
   * `open(argument: string): Promise<EventStore>`, and the argument. Absent: those cases are skipped.
   */
  readonly inChildren?: { readonly module: string; readonly argument: string };
  /** Ends what `open` did not: clients are closed by the suite. */
  readonly close: () => Promise<void>;
}

export type StoreFactory = () => Promise<StoreUnderTest>;

export interface Harness {
  readonly underTest: StoreUnderTest;
  /** The client that most cases use. */
  readonly store: EventStore;
  /** One more client, closed at the end of the suite. */
  readonly another: () => Promise<EventStore>;
}

/** Opens the store once for all cases of the enclosing `describe`. */
export function useStore(factory: StoreFactory): () => Harness {
  let harness: Harness | undefined;
  const clients: EventStore[] = [];
  beforeAll(async () => {
    const underTest = await factory();
    const open = async (): Promise<EventStore> => {
      const client = await underTest.open();
      clients.push(client);
      return client;
    };
    harness = { underTest, store: await open(), another: open };
  });
  afterAll(async () => {
    for (const client of clients) await client.close();
    await harness?.underTest.close();
  });
  return () => {
    if (harness === undefined) throw new Error('the store is open only while tests run');
    return harness;
  };
}
