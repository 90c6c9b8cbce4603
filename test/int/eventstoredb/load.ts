import { OutcomeUnknownError, StoreUnavailableError } from '../../../application/ports/event-store/errors.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type NewEvent } from '../../../application/ports/event-store/events.ts';
import { type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { freshStream, sample, sleep } from '../../contract/event-store/samples.ts';

/** Callers that append one event after another with exact revisions, and repeat what is unknown, as handlers do. */
export class Load {
  readonly acknowledged = new Map<StreamName, NewEvent[]>();
  unknown = 0;
  unavailable = 0;
  readonly #store: EventStore;
  readonly #callers: Promise<void>[];
  #stopped = false;

  constructor(store: EventStore, callers: number, tenant: string) {
    this.#store = store;
    this.#callers = Array.from({ length: callers }, () => this.#call(freshStream('space', tenant)));
  }

  get total(): number {
    return [...this.acknowledged.values()].reduce((sum, events) => sum + events.length, 0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#callers);
  }

  async #call(stream: StreamName): Promise<void> {
    const done: NewEvent[] = [];
    this.acknowledged.set(stream, done);
    while (!this.#stopped) {
      const event = sample({ n: done.length });
      await this.#untilAnswered(stream, event, done.length === 0 ? 'no_stream' : done.length - 1);
      done.push(event);
    }
  }

  async #untilAnswered(stream: StreamName, event: NewEvent, expected: number | 'no_stream'): Promise<void> {
    for (;;) {
      try {
        await this.#store.append(stream, [event], { expected });
        return;
      } catch (error) {
        if (error instanceof OutcomeUnknownError) this.unknown += 1;
        else if (error instanceof StoreUnavailableError) this.unavailable += 1;
        else throw error;
        await sleep(50);
      }
    }
  }
}
