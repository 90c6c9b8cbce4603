import { WrongExpectedRevisionError } from '../ports/event-store/errors.ts';
import { type EventStore } from '../ports/event-store/event-store.ts';
import { type NewEvent } from '../ports/event-store/events.ts';
import { type StreamName } from '../ports/event-store/stream-name.ts';
import { type SpooledAppend } from '../ports/frame-spool.ts';
import { isRefusal } from './append-failures.ts';
import { type FrameRetention } from './frame-retention.ts';
import { type Shelter } from './shelter.ts';

export interface SpoolDrainOptions {
  readonly store: EventStore;
  readonly shelter: Shelter;
  readonly retention: FrameRetention;
  /** How long one append may take. */
  readonly timeoutMs?: number;
  readonly on?: Partial<SpoolDrainSigns>;
}

export interface SpoolDrainSigns {
  drained(frames: number): void;
  failed(error: unknown, retryInMs: number): void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;
const LOOK_AGAIN_MS = 1_000;

/** Brings what waits in the spool into the store, in order: each append as it was, until it is answered. */
export class SpoolDrain {
  readonly #options: SpoolDrainOptions;

  constructor(options: SpoolDrainOptions) {
    this.#options = options;
  }

  /** Until the signal. Fails with what the disk says. */
  async run(signal: AbortSignal): Promise<void> {
    const { on, shelter } = this.#options;
    const stop = (): void => shelter.wake();
    signal.addEventListener('abort', stop, { once: true });
    try {
      let pauseMs = FIRST_PAUSE_MS;
      while (!signal.aborted) {
        const outcome = await this.drainAll(signal);
        if (outcome === 'empty') {
          pauseMs = FIRST_PAUSE_MS;
          // Also what another process left appears there, without a word.
          await shelter.somethingTaken(LOOK_AGAIN_MS);
        } else if (!signal.aborted) {
          on?.failed?.(outcome.error, pauseMs);
          await pause(pauseMs, signal);
          pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
        }
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Until nothing waits (or the signal), or the store does not take one: then with its error. */
  async drainAll(signal?: AbortSignal): Promise<'empty' | { readonly error: unknown }> {
    const { on, retention, shelter } = this.#options;
    const { spool } = shelter;
    for (;;) {
      const append = signal?.aborted === true ? null : await spool.first();
      if (append === null) {
        shelter.storeAnswered();
        return 'empty';
      }
      try {
        await this.#send(append);
      } catch (error) {
        if (!isRefusal(error)) return { error };
        await spool.setAside(error);
        continue;
      }
      await spool.takeOff();
      retention.ensure(append.stream);
      on?.drained?.(append.events.length);
      shelter.storeAnswered();
    }
  }

  async #send({ events, stream }: SpooledAppend): Promise<void> {
    try {
      await this.#append(stream, events);
    } catch (error) {
      // A store that finds only some of the events answers so: what it has is recognised one by one.
      const partlyThere = error instanceof WrongExpectedRevisionError && events.length > 1;
      if (!partlyThere) throw error;
      for (const event of events) await this.#append(stream, [event]);
    }
  }

  async #append(stream: StreamName, events: readonly NewEvent[]): Promise<void> {
    const { store, timeoutMs = 5_000 } = this.#options;
    await store.append(stream, events, { expected: 'any', timeoutMs });
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
