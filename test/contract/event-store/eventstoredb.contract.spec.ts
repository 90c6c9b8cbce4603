import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { openEventStoreDb } from '../../../adapters/eventstoredb/index.ts';
import { Proxy } from '../../support/fake-eventstoredb/proxy.ts';
import { findRealServer } from '../../support/fake-eventstoredb/real-server.ts';
import { describeEventStore } from './event-store-contract.ts';

const server = await findRealServer();

if ('missing' in server) {
  describe.skip('event store: EventStoreDB', () => {
    it(`skipped, because ${server.missing}`, () => undefined);
  });
} else {
  describeEventStore('EventStoreDB', async () => {
    // Through a proxy, so that connections can be cut under running subscriptions.
    const proxy = await Proxy.start(server);
    const through = (port: number): string => `esdb://${server.credentials}127.0.0.1:${port}${server.query}`;
    return {
      open: () => openEventStoreDb({ url: through(proxy.port) }),
      dropSubscriptions: () => proxy.cut(),
      inChildren: {
        module: fileURLToPath(new URL('./eventstoredb-opener.ts', import.meta.url)),
        argument: `esdb://${server.credentials}${server.host}:${server.port}${server.query}`,
      },
      close: () => proxy.close(),
    };
  });
}
