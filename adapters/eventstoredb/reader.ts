import type streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { StoreUnavailableError } from '../../application/ports/event-store/errors.ts';
import { type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { type Connection } from './connection.ts';
import { code, codeOf, exceptionOf, isHopeless, neverSent, readError } from './grpc-errors.ts';
import { Inflow, stalled } from './inflow.ts';
import { backoff, pause } from './pause.ts';
import { type Reading } from './recorded-event.ts';

/** A stream is read in milliseconds; a server that sends nothing for so long is not going to. */
export const READ_STALL_MS = 10_000;
const PAGE = 500;
const PATIENCE_MS = 2000;

export interface ReadTask {
  /** Called again with what was read so far when the connection was lost in between. */
  readonly request: (lastRead: RecordedEvent | null, left: number) => streamsPb.ReadReq;
  readonly stream: StreamName | null;
  readonly limit: number;
  /** Skipped without being counted: where the server's idea of a start includes what ours excludes. */
  readonly skip?: (event: RecordedEvent) => boolean;
  /** The server may look through many events before it finds one. */
  readonly stallMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly streams?: Reading['streams'];
}

/** Reads in pages, goes on where it was after a lost connection, and never waits without limit. */
export class Reader {
  readonly #connection: Connection;
  readonly #inflows = new Set<Inflow>();
  #closed: StoreUnavailableError | null = null;
  /** Empty until the store's id is known: only the event that says it is read before. */
  storeId = '';

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async *pages(task: ReadTask): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    let last: RecordedEvent | null = null;
    let left = task.limit;
    let failures = 0;
    let failingSince = 0;
    while (left > 0) {
      this.#admit(task.signal);
      try {
        for await (const page of this.#once(task, last, left)) {
          failures = 0;
          last = page.at(-1) ?? last;
          left -= page.length;
          yield page;
        }
        return;
      } catch (error) {
        this.#admit(task.signal);
        if (neverSent(error)) this.#connection.refresh();
        if (failures === 0) failingSince = performance.now();
        failures += 1;
        const patient = performance.now() - failingSince < PATIENCE_MS;
        if (!mayPass(error) || !patient) throw readError(error, task.stream);
        await pause(backoff(failures, 25, 400), task.signal);
      }
    }
  }

  /** One event, or null. */
  async one(task: Omit<ReadTask, 'limit'>): Promise<RecordedEvent | null> {
    for await (const page of this.pages({ ...task, limit: 1 })) return page[0] ?? null;
    return null;
  }

  /** Reads and subscriptions under way fail: a normal end would look like the end of the stream. */
  close(): void {
    this.#closed = new StoreUnavailableError('this store has been closed');
    for (const inflow of this.#inflows) inflow.fail(this.#closed);
  }

  get isClosed(): boolean {
    return this.#closed !== null;
  }

  /** What the server sends for a request. To be given back with {@link release}, however it ended. */
  async open(
    request: streamsPb.ReadReq,
    requiresLeader: boolean,
    streams: Reading['streams'] = 'ours',
  ): Promise<Inflow> {
    if (this.#closed !== null) throw this.#closed;
    const reading = { storeId: this.storeId, streams };
    const inflow = await Inflow.open(this.#connection.client, request, requiresLeader, reading);
    this.#inflows.add(inflow);
    return inflow;
  }

  release(inflow: Inflow): void {
    this.#inflows.delete(inflow);
    inflow.cancel();
  }

  async *#once(
    task: ReadTask,
    last: RecordedEvent | null,
    limit: number,
  ): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    const { client } = this.#connection;
    const inflow = await this.open(task.request(last, limit), true, task.streams);
    try {
      // Counted here as well: a filtered read goes on in the server after the last event that was asked for.
      for (let left = limit; left > 0;) {
        const items = await inflow.take(Math.min(PAGE, left), task.stallMs, task.signal);
        this.#admit(task.signal);
        if (items === 'idle') {
          this.#connection.replace(client);
          throw stalled(task.stallMs);
        }
        if (items.length === 0) return;
        const events = items.flatMap((item) => (item.type === 'event' ? [item.event] : []));
        const page = task.skip === undefined ? events : events.filter((event) => task.skip?.(event) !== true);
        left -= page.length;
        if (page.length > 0) yield page;
      }
    } finally {
      this.release(inflow);
    }
  }

  #admit(signal: AbortSignal | undefined): void {
    if (this.#closed !== null) throw this.#closed;
    signal?.throwIfAborted();
  }
}

const passing: ReadonlySet<number | undefined> = new Set<number>([
  code.cancelled,
  code.deadlineExceeded,
  code.aborted,
  code.unavailable,
  code.internal,
]);

/** What may be over in a moment: a server that restarts, is not ready, or changes its leader. */
function mayPass(error: unknown): boolean {
  return (passing.has(codeOf(error)) || exceptionOf(error) === 'not-leader') && !isHopeless(error);
}
