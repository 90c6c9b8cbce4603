import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type JsonObject } from '../../../domain/canonical/json.ts';

/** As much of Emmett's PostgreSQL event store as the benchmarks use. Its own types are not installed with the product. */
interface Emmett {
  appendToStream(
    stream: string,
    events: readonly EmmettEvent[],
    options: { expectedStreamVersion: bigint | 'STREAM_DOES_NOT_EXIST' },
  ): Promise<unknown>;
  readStream(stream: string): Promise<{ events: readonly EmmettEvent[] }>;
  close(): Promise<void>;
}

export interface EmmettEvent {
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
}

const require = createRequire(new URL('../peers/package.json', import.meta.url));
const { getPostgreSQLEventStore } = (await import(
  pathToFileURL(require.resolve('@event-driven-io/emmett-postgresql')).href
)) as { getPostgreSQLEventStore: (url: string) => Emmett };

export interface EmmettStore {
  /** `version`: how many events the stream has. */
  append(stream: string, events: readonly EmmettEvent[], version: number): Promise<unknown>;
  read(stream: string): Promise<readonly EmmettEvent[]>;
  close(): Promise<void>;
}

export function emmettStore(url: string): EmmettStore {
  const store = getPostgreSQLEventStore(url);
  return {
    append: (stream, events, version) =>
      store.appendToStream(stream, events, {
        expectedStreamVersion: version === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(version),
      }),
    read: async (stream) => (await store.readStream(stream)).events,
    close: () => store.close(),
  };
}
