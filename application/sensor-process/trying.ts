import { BusyError } from '../commands/errors.ts';
import { OutcomeUnknownError, StoreUnavailableError } from '../ports/event-store/errors.ts';

export type Tried<T> =
  | { readonly ok: true; readonly result: T }
  /** Not for want of a store, and not by bad luck: trying on would hold up all other devices for ever. */
  | { readonly ok: false; readonly reason: string };

export interface Patience {
  readonly signal: AbortSignal;
  readonly sleep: (ms: number) => Promise<void>;
  /** Told of each failure that is tried again. */
  readonly onRetry?: (error: unknown, attempt: number) => void;
}

const MAX_PAUSE_MS = 2_000;
const MAX_STRANGE = 3;
const MAX_BUSY = 20;

/** Until it is done. A store that is away concerns all devices alike and is waited for; anything else is given up soon. */
export async function untilDone<T>(task: () => Promise<T>, patience: Patience): Promise<Tried<T>> {
  let busy = 0;
  let strange = 0;
  for (let attempt = 0; ; attempt += 1) {
    patience.signal.throwIfAborted();
    try {
      return { ok: true, result: await task() };
    } catch (error) {
      if (error instanceof BusyError) busy += 1;
      else if (!(error instanceof StoreUnavailableError) && !(error instanceof OutcomeUnknownError))
        strange += 1;
      if (busy > MAX_BUSY || strange >= MAX_STRANGE) {
        return {
          ok: false,
          reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        };
      }
      patience.onRetry?.(error, attempt);
      await patience.sleep(Math.min(MAX_PAUSE_MS, 20 * 2 ** Math.min(attempt, 10)));
    }
  }
}

/** At most so many at the same time; the others wait in the order in which they came. */
export class Slots {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
