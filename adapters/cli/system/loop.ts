import { setTimeout as sleep } from 'node:timers/promises';

export interface LoopState {
  readonly name: string;
  /** Null: the last round went well. */
  readonly failingSince: number | null;
  readonly failure: string | null;
}

export interface LoopOptions {
  readonly name: string;
  readonly signal: AbortSignal;
  readonly onFailure: (error: unknown, retryInMs: number) => void;
  /** Between two rounds that went well. */
  readonly everyMs?: number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Background work that no failure ends: a round that fails is reported and tried again, later each time. What it does
 * must be safe to repeat.
 */
export class Loop {
  readonly #options: LoopOptions;
  readonly #round: () => Promise<unknown>;
  #failures = 0;
  #failingSince: number | null = null;
  #failure: string | null = null;

  constructor(options: LoopOptions, round: () => Promise<unknown>) {
    this.#options = options;
    this.#round = round;
  }

  get state(): LoopState {
    return { name: this.#options.name, failingSince: this.#failingSince, failure: this.#failure };
  }

  /** Until the signal. A round that is under way then is waited for. */
  async run(): Promise<void> {
    const { everyMs = 0, onFailure, signal } = this.#options;
    while (!signal.aborted) {
      let pauseMs = everyMs;
      try {
        await this.#round();
        this.#failures = 0;
        this.#failingSince = null;
        this.#failure = null;
      } catch (error) {
        if (signal.aborted) return;
        pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures);
        this.#failures += 1;
        this.#failingSince ??= Date.now();
        this.#failure = error instanceof Error ? error.message : String(error);
        onFailure(error, pauseMs);
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
