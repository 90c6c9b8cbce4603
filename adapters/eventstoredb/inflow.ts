import type streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { StoreUnavailableError } from '../../application/ports/event-store/errors.ts';
import { type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { type RawPosition } from './append-answer.ts';
import { recordedEvent, type Reading } from './recorded-event.ts';
import { type ReadCall, type Report, type StubClient } from './stub-client.ts';

/** What a read or a subscription gives, in the order in which the server sent it: marks cannot run ahead of events. */
export type Item =
  | { readonly type: 'event'; readonly event: RecordedEvent }
  | { readonly type: 'checkpoint'; readonly position: RawPosition }
  | { readonly type: 'caught-up' };

const MOST_ITEMS = 2000;
const MOST_BYTES = 8_000_000;

/** The server has nothing more to say, or the read has failed with this error. */
type Ending = { readonly error: unknown } | 'end';

/**
 * The client's side of one read: a bounded buffer that is filled as the server sends and emptied as the consumer asks.
 * Its size is what keeps a short pause of the consumer from being "too slow" for the server.
 */
export class Inflow {
  readonly #call: ReadCall;
  readonly #reading: Reading;
  #items: Item[] = [];
  #bytes = 0;
  #ending: Ending | null = null;
  #wake: () => void = () => undefined;

  private constructor(call: ReadCall, report: Report, reading: Reading) {
    this.#call = call;
    this.#reading = reading;
    call.on('data', (response: streamsPb.ReadResp) => this.#receive(response));
    call.on('error', (error: Error) => {
      report(error);
      this.#end({ error });
    });
    call.on('end', () => this.#end('end'));
  }

  static open(
    client: StubClient,
    request: streamsPb.ReadReq,
    requiresLeader: boolean,
    reading: Reading,
  ): Promise<Inflow> {
    return new Promise((resolve, reject) => {
      client
        .openRead(request, requiresLeader, (call, report) => resolve(new Inflow(call, report, reading)))
        .catch(reject);
    });
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  /**
   * At most `most` items: what is there, or else the next to come. An empty list is the end. `idle` when nothing came
   * for `withinMs`; after an abort, whatever is there.
   */
  async take(most: number, withinMs: number, signal?: AbortSignal): Promise<readonly Item[] | 'idle'> {
    if (this.#items.length === 0 && this.#ending === null && signal?.aborted !== true) {
      await this.#news(withinMs, signal);
    }
    if (this.#items.length > 0) return this.#give(most);
    if (this.#ending === null) return signal?.aborted === true ? [] : 'idle';
    if (this.#ending === 'end') return [];
    throw this.#ending.error;
  }

  /** A read that is left early stays open on the server until it is cancelled. */
  cancel(): void {
    this.#end('end');
    // Cancelling within a handler of the same call confuses it (grpc-node issues 1464 and 1652).
    setImmediate(() => this.#call.cancel());
  }

  /** Ends it from this side with an error. */
  fail(error: Error): void {
    this.#items = [];
    this.#ending = { error };
    this.#wake();
  }

  #give(most: number): readonly Item[] {
    const given = this.#items.length <= most ? this.#items : this.#items.slice(0, most);
    this.#items = this.#items.length <= most ? [] : this.#items.slice(most);
    if (this.#items.length === 0) this.#bytes = 0;
    if (this.#call.isPaused() && this.#items.length < MOST_ITEMS / 2) this.#call.resume();
    return given;
  }

  #receive(response: streamsPb.ReadResp): void {
    if (this.#ending !== null) return;
    try {
      const item = this.#read(response);
      if (item === null) return;
      this.#items.push(item);
    } catch (error) {
      this.#end({ error });
      setImmediate(() => this.#call.cancel());
      return;
    }
    if (this.#items.length >= MOST_ITEMS || this.#bytes >= MOST_BYTES) this.#call.pause();
    this.#wake();
  }

  #read(response: streamsPb.ReadResp): Item | null {
    const event = response.getEvent()?.getEvent();
    if (event !== undefined) {
      this.#bytes += event.getData_asU8().length;
      const recorded = recordedEvent(event, this.#reading);
      return recorded === null ? null : { type: 'event', event: recorded };
    }
    const checkpoint = response.getCheckpoint();
    if (checkpoint !== undefined) {
      const commit = BigInt(checkpoint.getCommitPosition());
      return { type: 'checkpoint', position: { commit, prepare: BigInt(checkpoint.getPreparePosition()) } };
    }
    return response.hasCaughtUp() ? { type: 'caught-up' } : null;
  }

  #end(ending: Ending): void {
    this.#ending ??= ending;
    this.#wake();
  }

  #news(withinMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        this.#wake = () => undefined;
        resolve();
      };
      const timer = setTimeout(done, withinMs);
      signal?.addEventListener('abort', done, { once: true });
      this.#wake = done;
    });
  }
}

/** Nothing came for too long: a silent server must not hang a reader for ever (pitfall b10). */
export function stalled(ms: number): StoreUnavailableError {
  return new StoreUnavailableError(`the event store sent nothing for ${ms} ms`);
}
