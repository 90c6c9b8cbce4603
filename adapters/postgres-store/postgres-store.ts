import { setMaxListeners } from 'node:events';
import { logOf, type Log } from '../../application/ports/event-store/categories.ts';
import { StoreUnavailableError } from '../../application/ports/event-store/errors.ts';
import {
  type AppendOptions,
  type AppendResult,
  type EventStore,
  type ExpireOptions,
  type ReadAllOptions,
  type ReadStreamOptions,
  type SubscribeOptions,
  type SubscriptionMessage,
} from '../../application/ports/event-store/event-store.ts';
import { type NewEvent, type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { type Position } from '../../application/ports/event-store/position.ts';
import { prepareAppend } from '../../application/ports/event-store/prepared-append.ts';
import { parseStreamName, type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { AppendSignals } from './append-signals.ts';
import { BatchWriter } from './batch-writer.ts';
import { expirePartitions } from './expiry.ts';
import { GroupCommit } from './group-commit.ts';
import { headOf } from './log-page.ts';
import { type Readers } from './query.ts';
import { readAllPages } from './read-all.ts';
import { readStreamPages } from './read-stream.ts';
import { type ReadingContext } from './reading-context.ts';
import { type SessionSettings } from './session.ts';
import { StreamNames } from './stream-names.ts';
import { follow } from './subscription.ts';

export interface StoreParts {
  readonly storeId: string;
  readonly readers: Readers;
  readonly writing: SessionSettings;
  readonly listening: SessionSettings;
  readonly now: (() => Date) | undefined;
}

/** Longer than anybody keeps anything; more would not fit an interval. */
const LONGEST_AGE_S = 3_155_760_000;

/** The event store in Postgres. Open it with `openPostgresStore`. */
export class PostgresStore implements EventStore {
  readonly storeId: string;
  readonly #parts: StoreParts;
  readonly #context: ReadingContext;
  readonly #signals: AppendSignals;
  /** One per log: intake never waits behind the domain. Made when first written to. */
  readonly #commits = new Map<Log, GroupCommit>();
  readonly #closing = new AbortController();

  constructor(parts: StoreParts) {
    const { storeId, readers, listening, now } = parts;
    this.storeId = storeId;
    this.#parts = parts;
    this.#context = {
      storeId,
      query: readers.query,
      stream: readers.stream,
      names: new StreamNames(readers.query),
      now,
    };
    this.#signals = new AppendSignals(listening, (log) => headOf(this.#context, log));
    // Every subscription listens here.
    setMaxListeners(0, this.#closing.signal);
  }

  async append(
    stream: StreamName,
    events: readonly NewEvent[],
    options: AppendOptions,
  ): Promise<AppendResult> {
    this.#requireOpen();
    const append = prepareAppend(stream, events, options.expected);
    options.signal?.throwIfAborted();
    return this.#commitOf(logOf(append.category)).append(append, options);
  }

  readStream(stream: StreamName, options: ReadStreamOptions = {}): AsyncIterable<readonly RecordedEvent[]> {
    return readStreamPages(this.#context, stream, options);
  }

  readAll(options: ReadAllOptions): AsyncIterable<readonly RecordedEvent[]> {
    return readAllPages(this.#context, options);
  }

  async *subscribe(options: SubscribeOptions): AsyncGenerator<SubscriptionMessage, void, undefined> {
    yield* follow(this.#context, options, this.#signals, this.#closing.signal);
  }

  async head(log: Log): Promise<Position> {
    const commit = await headOf(this.#context, log);
    return { storeId: this.storeId, commit, prepare: commit };
  }

  async retain(stream: StreamName, maxAgeS: number): Promise<void> {
    const category = parseStreamName(stream)?.category;
    if (category === undefined) throw new RangeError(`not a stream name: ${stream}`);
    const log = logOf(category);
    if (log === 'domain') throw new RangeError(`${stream} is kept for ever`);
    if (!Number.isSafeInteger(maxAgeS) || maxAgeS < 0)
      throw new RangeError(`not an age in seconds: ${maxAgeS}`);
    await this.#context.query({
      name: 'retain',
      text: 'SELECT event_store.retain($1, $2, $3)',
      values: [log, stream, Math.min(maxAgeS, LONGEST_AGE_S)],
    });
  }

  async expire(options: ExpireOptions = {}): Promise<number> {
    return expirePartitions(this.#parts.readers, this.#parts.now, options.isStillNeeded);
  }

  async ping(): Promise<number> {
    const began = performance.now();
    await this.#context.query({ name: 'ping', text: 'SELECT 1', values: [] });
    return performance.now() - began;
  }

  /** What was accepted is finished first. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#commits.values()].map((commit) => commit.close()));
    await this.#signals.close();
    await this.#parts.readers.close();
  }

  #commitOf(log: Log): GroupCommit {
    const known = this.#commits.get(log);
    if (known !== undefined) return known;
    const { writing, now, storeId } = this.#parts;
    const commit = new GroupCommit(new BatchWriter(log, writing, now), storeId);
    this.#commits.set(log, commit);
    return commit;
  }

  #requireOpen(): void {
    if (this.#closing.signal.aborted) throw new StoreUnavailableError('this store has been closed');
  }
}
