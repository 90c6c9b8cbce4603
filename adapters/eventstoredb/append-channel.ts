import { answerOf, correlationOf, type Answer } from './append-answer.ts';
import { newCorrelationId, type AppendRequest } from './append-request.ts';
import { messageOf, neverSent } from './grpc-errors.ts';
import { type BatchCall, type Report, type StubClient } from './stub-client.ts';

/** The server answers within 2.5 s or not at all: this long without any answer, and it will not come. */
const SILENCE_MS = 4000;

/**
 * One stream of appends to the server and of answers back. The map of what is waiting belongs to this one stream, so
 * that an error elsewhere cannot reject it, and an answer that nobody waits for is dropped (pitfall b7). Every append
 * settles: by its answer, by the end of the stream however it comes (b8), or by the caller's timer.
 */
export class AppendChannel {
  readonly #call: BatchCall;
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  #silentSince: number | null = null;
  #over: Answer | null = null;

  private constructor(call: BatchCall, report: Report) {
    this.#call = call;
    call.on('data', (response: Parameters<typeof answerOf>[0]) => this.#receive(response));
    call.on('error', (error: Error) => {
      report(error);
      this.#end({ kind: neverSent(error) ? 'not-sent' : 'lost', message: messageOf(error) });
    });
    call.on('end', () => this.#end({ kind: 'lost', message: 'the server ended the stream of appends' }));
  }

  static async open(client: StubClient): Promise<AppendChannel> {
    return new Promise((resolve, reject) => {
      client.openBatch((call, report) => resolve(new AppendChannel(call, report))).catch(reject);
    });
  }

  get isOver(): boolean {
    return this.#over !== null;
  }

  /** Something was asked long ago and nothing has been answered since. */
  get isSilent(): boolean {
    return this.#silentSince !== null && performance.now() - this.#silentSince > SILENCE_MS;
  }

  /** Sends now, in the order of the calls. `settle` is called once, however long it takes. */
  send(request: AppendRequest, settle: (answer: Answer) => void): void {
    if (this.#over !== null)
      return settle({ kind: 'not-sent', message: 'the stream of appends had ended before' });
    const id = newCorrelationId();
    this.#waiting.set(id, settle);
    this.#silentSince ??= performance.now();
    this.#call.write(request.under(id));
  }

  /** Ends the call; whatever waits is told that its answer is lost. Safe to repeat only after this. */
  abandon(message: string): void {
    this.#end({ kind: 'lost', message });
    this.#call.cancel();
  }

  #receive(response: Parameters<typeof answerOf>[0]): void {
    const id = correlationOf(response);
    const settle = id === undefined ? undefined : this.#waiting.get(id);
    if (id !== undefined) this.#waiting.delete(id);
    this.#silentSince = this.#waiting.size === 0 ? null : performance.now();
    if (settle !== undefined) settle(readAnswer(response));
  }

  #end(answer: Answer): void {
    if (this.#over !== null) return;
    this.#over = answer;
    this.#silentSince = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const settle of waiting) settle(answer);
  }
}

/** An answer that cannot be read must not throw inside the stream's own handler. */
function readAnswer(response: Parameters<typeof answerOf>[0]): Answer {
  try {
    return answerOf(response);
  } catch (error) {
    return { kind: 'lost', message: `an unreadable answer: ${messageOf(error)}` };
  }
}
