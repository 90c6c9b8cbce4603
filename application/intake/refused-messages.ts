import { type Instant } from '../../domain/time/instant.ts';

/** A message that was not taken, as far as it helps to find out why. Nothing of a key is in it but its id. */
export interface RefusedMessage {
  readonly at: Instant;
  /** Null: the sender showed no key that we know. */
  readonly tenantId: string | null;
  readonly keyId: string | null;
  readonly path: string;
  readonly status: number;
  /** The stable code of the problem. */
  readonly code: string;
  readonly detail: string | null;
  /** As the message says, where it could be read. */
  readonly devEui: string | null;
  readonly bytes: number | null;
}

export interface RefusedMessagesOptions {
  /** Writes them all; may fail, then they are tried again with the next ones. */
  readonly write: (refused: readonly RefusedMessage[]) => Promise<void>;
  /** So many wait at most; of more, the newest are left out and counted. */
  readonly capacity?: number;
  readonly onDropped?: (count: number) => void;
}

const CAPACITY = 500;
const DETAIL = 500;

/**
 * Notes refused messages without ever keeping a sender waiting: they are written some at a time, and a stranger who
 * knocks a thousand times a second fills neither memory nor table.
 */
export class RefusedMessages {
  readonly #options: RefusedMessagesOptions;
  #waiting: RefusedMessage[] = [];

  constructor(options: RefusedMessagesOptions) {
    this.#options = options;
  }

  note(refused: RefusedMessage): void {
    if (this.#waiting.length >= (this.#options.capacity ?? CAPACITY)) {
      this.#options.onDropped?.(1);
      return;
    }
    this.#waiting.push({ ...refused, detail: refused.detail?.slice(0, DETAIL) ?? null });
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** What could not be written waits for the next time. */
  async write(): Promise<void> {
    const taken = this.#waiting;
    if (taken.length === 0) return;
    this.#waiting = [];
    try {
      await this.#options.write(taken);
    } catch (error) {
      const room = (this.#options.capacity ?? CAPACITY) - this.#waiting.length;
      this.#waiting = [...taken.slice(0, room), ...this.#waiting];
      throw error;
    }
  }
}
