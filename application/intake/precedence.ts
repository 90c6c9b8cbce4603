export interface PrecedenceOptions {
  /** How many frames wait for their answers at present. */
  readonly inFlight: () => number;
  /** From so many on others give way. */
  readonly many?: number;
  /** Nobody waits longer than this: frames that are taken in for hours must be handled, too. */
  readonly patienceMs?: number;
}

/** More than a healthy store has at a time under a load that it bears. */
const MANY = 128;
const PATIENCE_MS = 3_000;
const LOOK_MS = 5;

/**
 * What comes first when one process does all and a burst arrives. A network server waits five seconds for its answer and
 * then gives the frame up; a frame that is handled a little later is only late.
 */
export class Precedence {
  readonly #options: Required<PrecedenceOptions>;
  #calm: Promise<void> | null = null;

  constructor(options: PrecedenceOptions) {
    this.#options = { many: MANY, patienceMs: PATIENCE_MS, ...options };
  }

  /** Resolves at once, or when the burst is over, or when it has lasted too long. */
  giveWay(): Promise<void> {
    if (this.#calm !== null) return this.#calm;
    if (!this.#isBusy) return Promise.resolve();
    this.#calm = this.#untilCalm().finally(() => {
      this.#calm = null;
    });
    return this.#calm;
  }

  get #isBusy(): boolean {
    return this.#options.inFlight() >= this.#options.many;
  }

  async #untilCalm(): Promise<void> {
    const deadline = performance.now() + this.#options.patienceMs;
    while (this.#isBusy && performance.now() < deadline) {
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_MS);
      });
    }
  }
}
