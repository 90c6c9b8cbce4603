import { OutcomeUnknownError, StoreUnavailableError } from '../../application/ports/event-store/errors.ts';
import { type AppendOptions, type AppendResult } from '../../application/ports/event-store/event-store.ts';
import { type PreparedAppend } from '../../application/ports/event-store/prepared-append.ts';
import { type Answer } from './answers.ts';

const DEFAULT_TIMEOUT_MS = 5000;

/** One append between its caller and the log: settled exactly once, by an answer or by the caller's patience. */
export class WaitingAppend {
  readonly append: PreparedAppend;
  readonly result: Promise<AppendResult>;
  /** On its way to the server, or at it. */
  inFlight = false;
  /** An earlier attempt was lost on the way: written or not. */
  inDoubt = false;
  #settled = false;
  #resolve!: (result: AppendResult) => void;
  #reject!: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  readonly #reachable: () => boolean;

  constructor(append: PreparedAppend, options: AppendOptions, reachable: () => boolean) {
    this.append = append;
    this.#reachable = reachable;
    this.#signal = options.signal;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#timer = setTimeout(() => this.fail(this.#impatience(timeoutMs)), timeoutMs);
    this.#signal?.addEventListener('abort', this, { once: true });
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** A second copy of these events would be written by a repeat: no number says where the first one belongs. */
  get #unrepeatable(): boolean {
    return this.append.expected === 'any' || this.append.expected === 'stream_exists';
  }

  answer(answer: Answer): void {
    if (!answer.ok) return this.fail(answer.conflict);
    if (!this.#settle()) return;
    this.#resolve(answer.result);
  }

  fail(error: unknown): void {
    if (this.#settle()) this.#reject(error);
  }

  /** The last attempt wrote nothing; what an earlier one did may still be unknown. */
  refuse(error: Error): void {
    this.fail(this.inDoubt ? unknown(error) : error);
  }

  lose(error: unknown): void {
    this.inDoubt = true;
    if (this.#unrepeatable) this.fail(unknown(error));
  }

  /** The caller's signal: an object with this method is a listener, and costs those that have no signal nothing. */
  handleEvent(): void {
    this.fail(this.#signal?.reason);
  }

  #impatience(timeoutMs: number): Error {
    if (this.inFlight || this.inDoubt || this.#reachable())
      return new OutcomeUnknownError(`no answer within ${timeoutMs} ms`);
    return new StoreUnavailableError(
      `Postgres could not be reached within ${timeoutMs} ms; nothing was sent`,
    );
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this);
    return true;
  }
}

function unknown(cause: unknown): OutcomeUnknownError {
  return new OutcomeUnknownError('the connection ended before an answer', { cause });
}
