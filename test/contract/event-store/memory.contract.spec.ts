import { MemoryLog } from '../../../adapters/memory-store/memory-log.ts';
import { openMemoryStore, type MemoryStore } from '../../../adapters/memory-store/memory-store.ts';
import { describeEventStore } from './event-store-contract.ts';

describeEventStore('memory', () => {
  let passed = 0;
  const log = new MemoryLog(() => Date.now() + passed);
  const clients: MemoryStore[] = [];
  return Promise.resolve({
    open: () => {
      const client = openMemoryStore({ log });
      clients.push(client);
      return Promise.resolve(client);
    },
    advanceTime: (seconds: number) => void (passed += seconds * 1000),
    dropSubscriptions: () => clients.forEach((client) => client.dropSubscriptions()),
    close: () => Promise.resolve(),
  });
});
