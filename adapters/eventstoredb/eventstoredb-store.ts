import { type Log } from '../../application/ports/event-store/categories.ts';
import { StoreUnavailableError } from '../../application/ports/event-store/errors.ts';
import {
  type AppendOptions,
  type AppendResult,
  type EventStore,
  type ReadAllOptions,
  type ReadStreamOptions,
  type SubscribeOptions,
  type SubscriptionMessage,
} from '../../application/ports/event-store/event-store.ts';
import { type NewEvent, type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { ForeignPositionError, type Position } from '../../application/ports/event-store/position.ts';
import { prepareAppend } from '../../application/ports/event-store/prepared-append.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { Appender } from './appender.ts';
import { parseConnectionString } from './connection-string.ts';
import { Connection, generations } from './connection.ts';
import { pause } from './pause.ts';
import { Reader, type ReadTask } from './reader.ts';
import { logTask, streamTask } from './reading.ts';
import { retainFor } from './retention.ts';
import { openStore, readStoreId } from './store-opened.ts';
import { follow } from './subscription.ts';
import { Tail } from './tail.ts';

export interface EventStoreDbOptions {
  /** `esdb://…`, `esdb+discover://…` or `kurrentdb://…`. */
  readonly url: string;
  /** How long to wait at the start for a server that does not answer yet. Default 30 s. */
  readonly connectTimeoutMs?: number;
  readonly now?: () => Date;
}

/** EventStoreDB behind the port. README.md lists what the client does wrong and where it is held in check. */
export class EventStoreDbStore implements EventStore {
  readonly #appender: Appender;
  readonly #reader: Reader;
  readonly #tail: Tail;
  /** Two: a server that is silent to appends must cost no reader its connection, nor the other way round. */
  readonly #connections: { readonly appends: Connection; readonly reads: Connection };

  constructor(options: EventStoreDbOptions) {
    const connection = parseConnectionString(options.url);
    const numbers = generations();
    this.#connections = {
      appends: new Connection(connection, numbers),
      reads: new Connection(connection, numbers),
    };
    this.#appender = new Appender(this.#connections.appends);
    this.#reader = new Reader(this.#connections.reads);
    this.#tail = new Tail(this.#reader);
  }

  get storeId(): string {
    return this.#reader.storeId;
  }

  /** Finds out, or decides, which store this is. Needed once, before anything else. */
  async identify(now: Date): Promise<void> {
    this.#reader.storeId = await openStore(this.#reader, this.#appender, now);
  }

  async append(
    stream: StreamName,
    events: readonly NewEvent[],
    options: AppendOptions,
  ): Promise<AppendResult> {
    if (this.#reader.isClosed) throw new StoreUnavailableError('this store has been closed');
    const { expected, timeoutMs = 5000, signal } = options;
    const append = prepareAppend(stream, events, expected);
    signal?.throwIfAborted();
    const { revision, position } = await this.#appender.append(append, { timeoutMs, signal });
    return { revision, position: position === null ? null : this.#tail.position(position) };
  }

  readStream(stream: StreamName, options: ReadStreamOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    return this.#pages(() => streamTask(stream, options));
  }

  readAll(options: ReadAllOptions): AsyncIterable<readonly RecordedEvent[]> {
    return this.#pages(() => logTask(options, this.storeId));
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionMessage> {
    return follow(options, {
      connection: this.#connections.reads,
      reader: this.#reader,
      tail: this.#tail,
      confirmStore: () => this.#confirmStore(options.signal),
    });
  }

  head(log: Log): Promise<Position> {
    return this.#tail.head(log);
  }

  async retain(stream: StreamName, maxAgeS: number): Promise<void> {
    await retainFor(stream, maxAgeS, { appender: this.#appender, reader: this.#reader });
  }

  /** Space is freed by a scavenge, which the operators of the server start (`docs/operations`). */
  async expire(): Promise<number> {
    await this.ping();
    return 0;
  }

  async ping(): Promise<number> {
    const began = performance.now();
    await readStoreId(this.#reader);
    return performance.now() - began;
  }

  async close(): Promise<void> {
    this.#reader.close();
    await this.#appender.close();
    await Promise.all([this.#connections.appends.close(), this.#connections.reads.close()]);
  }

  async *#pages(task: () => ReadTask | null): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    const found = task();
    if (found !== null) yield* this.#reader.pages(found);
  }

  async #confirmStore(signal: AbortSignal): Promise<void> {
    const found = await readStoreId(this.#reader, signal);
    if (found !== this.storeId)
      throw new ForeignPositionError(this.storeId, found ?? 'none (an empty store)');
  }
}

/** Connects, waits for a server that is only just starting, and knows the store's id when it resolves. */
export async function openEventStoreDb(options: EventStoreDbOptions): Promise<EventStore> {
  const store = new EventStoreDbStore(options);
  const { connectTimeoutMs = 30_000, now = () => new Date() } = options;
  const deadline = performance.now() + connectTimeoutMs;
  for (;;) {
    try {
      await store.identify(now());
      return store;
    } catch (error) {
      const patient = error instanceof StoreUnavailableError && performance.now() < deadline;
      if (!patient) {
        await store.close();
        throw error;
      }
      await pause(250);
    }
  }
}
