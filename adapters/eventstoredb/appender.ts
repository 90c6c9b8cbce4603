import {
  OutcomeUnknownError,
  StoreAccessDeniedError,
  StoreUnavailableError,
  StreamDeletedError,
  WrongExpectedRevisionError,
} from '../../application/ports/event-store/errors.ts';
import { type PreparedAppend } from '../../application/ports/event-store/prepared-append.ts';
import { type Answer, type RawPosition } from './append-answer.ts';
import { AppendChannel } from './append-channel.ts';
import { appendRequest, type AppendRequest } from './append-request.ts';
import { type Connection } from './connection.ts';
import { tooLarge } from './grpc-errors.ts';
import { InFlight } from './in-flight.ts';
import { backoff, pause } from './pause.ts';

/** How long a store that certainly wrote nothing is asked again before the caller hears of it. */
const UNAVAILABLE_PATIENCE_MS = 1500;

export interface Written {
  readonly revision: number;
  readonly position: RawPosition | null;
}

export interface Patience {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Appends, and repeats an append whose outcome is unknown: the same bytes, ids and expectation, only after the attempt
 * before has settled, and only where the server can tell a repeat (a number or `no_stream`; rules b1 to b4).
 */
export class Appender {
  readonly #connection: Connection;
  #channel: Promise<AppendChannel> | null = null;
  readonly #inFlight = new InFlight();
  #closed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  append(append: PreparedAppend, patience: Patience): Promise<Written> {
    return this.send(append, appendRequest(append.stream, append.events, append.expected), patience);
  }

  async send(
    append: Omit<PreparedAppend, 'events' | 'category'>,
    request: AppendRequest,
    patience: Patience,
  ): Promise<Written> {
    const { signal } = patience;
    const started = performance.now();
    let unknown: string | null = null;
    for (let attempt = 0; ; attempt += 1) {
      const left = patience.timeoutMs - (performance.now() - started);
      const answer = await this.#attempt(request, Math.max(0, left), signal);
      if (answer === 'out-of-time') {
        throw new OutcomeUnknownError(`no answer within ${patience.timeoutMs} ms`);
      }
      if (answer.kind === 'written') return answer;
      const again = answer.kind === 'lost' || answer.kind === 'refused' || answer.kind === 'not-sent';
      if (!again) throw refusal(append, answer);
      if (answer.kind === 'lost') unknown = answer.message;
      if (answer.kind === 'not-sent') this.#connection.refresh();
      const repeatable = typeof append.expected === 'number' || append.expected === 'no_stream';
      const spent = performance.now() - started;
      const wait = backoff(attempt, 25, 400);
      const patient =
        unknown === null ? Math.min(UNAVAILABLE_PATIENCE_MS, patience.timeoutMs) : patience.timeoutMs;
      if (unknown !== null && !repeatable) throw new OutcomeUnknownError(unknown);
      if (this.#closed || spent + wait >= patient) {
        if (unknown !== null) throw new OutcomeUnknownError(unknown);
        throw new StoreUnavailableError(`the event store is not available: ${answer.message}`);
      }
      await pause(wait, signal);
      signal?.throwIfAborted();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const channel = await this.#channel?.catch(() => null);
    channel?.abandon('this store has been closed');
  }

  /** One attempt. Whatever becomes of the stream, it settles within the time given. */
  #attempt(
    request: AppendRequest,
    withinMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer | 'out-of-time'> {
    return new Promise((resolve, reject) => {
      let givenUp = false;
      let left = false;
      const giveUp = (): void => {
        givenUp = true;
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        giveUp();
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        giveUp();
        resolve(left ? 'out-of-time' : { kind: 'not-sent', message: `no connection within ${withinMs} ms` });
        this.#channel?.then((channel) => this.#abandonIfSilent(channel)).catch(() => undefined);
      }, withinMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      const settle = (answer: Answer): void => {
        giveUp();
        resolve(answer);
      };
      this.#inFlight.send(request, {
        stillWanted: () => !givenUp,
        leaving: () => (left = true),
        open: () => this.#open(),
        settle,
      });
    });
  }

  /** The stream in use. All callers await the same promise, so that appends keep the order of the calls. */
  async #open(): Promise<AppendChannel> {
    for (;;) {
      if (this.#closed) throw new Error('this store has been closed');
      const dialled = (this.#channel ??= AppendChannel.open(this.#connection.client));
      try {
        const channel = await dialled;
        if (!channel.isOver && !channel.isSilent) return channel;
        this.#abandonIfSilent(channel);
        if (this.#channel === dialled) this.#channel = null;
      } catch (error) {
        // Discovery failed, for example. A promise that was rejected must not be the answer for ever.
        if (this.#channel === dialled) this.#channel = null;
        throw error;
      }
    }
  }

  #abandonIfSilent(channel: AppendChannel): void {
    if (!channel.isSilent) return;
    channel.abandon('the server has been silent for too long');
    this.#connection.replace(this.#connection.client);
  }
}

function refusal(
  append: Omit<PreparedAppend, 'events' | 'category'>,
  answer: Exclude<Answer, { kind: 'written' }>,
): Error {
  switch (answer.kind) {
    case 'conflict':
      return new WrongExpectedRevisionError(append.stream, append.expected, answer.actual);
    case 'stream-deleted':
      return new StreamDeletedError(append.stream);
    case 'access-denied':
      return new StoreAccessDeniedError(`the event store refuses the append: ${answer.message}`);
    case 'too-large':
      return tooLarge(append.bytes, answer.limit);
    case 'refused':
    case 'not-sent':
      return new StoreUnavailableError(answer.message);
    case 'lost':
      return new OutcomeUnknownError(answer.message);
  }
}
