import { seededChance } from './chance.ts';

/** What may go wrong, each with its probability per call (subscriptions: per message). Absent means never. */
export interface Faults {
  readonly seed: number;
  /** The append is written, but the caller is told that the outcome is unknown. */
  readonly lostAnswers?: number;
  /** The append is not written, and the caller is told that the outcome is unknown. */
  readonly lostRequests?: number;
  /** An append with `any` or `stream_exists` is written twice, as a repeat on a server that forgot the first. */
  readonly duplicates?: number;
  /** Refused, with nothing written; reads, `head` and `ping` too. */
  readonly unavailable?: number;
  /** The call takes up to `maxDelayMs` longer, before the write or after it. */
  readonly delays?: number;
  readonly maxDelayMs?: number;
  /** The subscription is dropped before the next message and goes on from the last one taken. */
  readonly droppedSubscriptions?: number;
}

/** What happens to one append. Decided before it begins, so that the order of calls alone decides the run. */
export interface AppendFate {
  readonly outcome: 'answered' | 'unavailable' | 'request-lost' | 'answer-lost';
  readonly twice: boolean;
  readonly delayBeforeMs: number;
  readonly delayAfterMs: number;
}

const HARMLESS: AppendFate = { outcome: 'answered', twice: false, delayBeforeMs: 0, delayAfterMs: 0 };

/** Draws the faults of one client. With no faults it draws nothing. */
export class FaultSource {
  readonly #faults: Faults | null;
  readonly #chance: () => number;

  constructor(faults: Faults | null) {
    this.#faults = faults;
    this.#chance = seededChance(faults?.seed ?? 0);
  }

  append(): AppendFate {
    const faults = this.#faults;
    if (faults === null) return HARMLESS;
    // Every draw is made every time: one fault more or less must not shift the others.
    const [unavailable, requestLost, answerLost, twice] = [
      this.#happens(faults.unavailable),
      this.#happens(faults.lostRequests),
      this.#happens(faults.lostAnswers),
      this.#happens(faults.duplicates),
    ];
    const delayBeforeMs = this.#delay(faults);
    const delayAfterMs = this.#delay(faults);
    const outcome = unavailable
      ? 'unavailable'
      : requestLost
        ? 'request-lost'
        : answerLost
          ? 'answer-lost'
          : 'answered';
    return { outcome, twice, delayBeforeMs, delayAfterMs };
  }

  /** For calls that only read: whether this one is refused, and how long it takes. */
  call(): { readonly unavailable: boolean; readonly delayMs: number } {
    const faults = this.#faults;
    if (faults === null) return { unavailable: false, delayMs: 0 };
    return { unavailable: this.#happens(faults.unavailable), delayMs: this.#delay(faults) };
  }

  dropsSubscription(): boolean {
    return this.#faults !== null && this.#happens(this.#faults.droppedSubscriptions);
  }

  #happens(probability = 0): boolean {
    return this.#chance() < probability;
  }

  #delay(faults: Faults): number {
    const happens = this.#happens(faults.delays);
    const share = this.#chance();
    return happens ? share * (faults.maxDelayMs ?? 50) : 0;
  }
}
