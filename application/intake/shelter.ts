import { type FrameSpool, type SpooledAppend } from '../ports/frame-spool.ts';

export interface ShelterSigns {
  /** So many frames went to the disk. */
  taken(frames: number): void;
  outageBegan(): void;
  outageEnded(): void;
}

/**
 * Where appends go that the store does not take, and whether it is known to be away: while it is, nobody waits for it.
 * The outage begins with an append that the store did not answer in time, and ends when one has been brought back.
 */
export class Shelter {
  readonly spool: FrameSpool;
  readonly #on: Partial<ShelterSigns>;
  #isStoreAway = false;
  #wake: () => void = () => undefined;

  constructor(spool: FrameSpool, on: Partial<ShelterSigns> = {}) {
    this.spool = spool;
    this.#on = on;
  }

  get isStoreAway(): boolean {
    return this.#isStoreAway;
  }

  /** Resolves when the append is safe on the disk; rejects when it could not be kept. */
  async take(append: SpooledAppend): Promise<void> {
    await this.spool.put(append);
    this.#on.taken?.(append.events.length);
    this.#change(true);
    this.#wake();
  }

  /** Ends the wait for something to be taken in. */
  wake(): void {
    this.#wake();
  }

  storeAnswered(): void {
    this.#change(false);
  }

  /** Resolves when an append is taken in, or after so long. */
  async somethingTaken(withinMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }

  #change(isStoreAway: boolean): void {
    if (isStoreAway === this.#isStoreAway) return;
    this.#isStoreAway = isStoreAway;
    if (isStoreAway) this.#on.outageBegan?.();
    else this.#on.outageEnded?.();
  }
}
