import { MemoryStore } from '../../../adapters/memory-store/memory-store.ts';
import { InvalidEventError } from '../../../application/ports/event-store/errors.ts';
import { type AppendOptions, type AppendResult } from '../../../application/ports/event-store/event-store.ts';
import { type NewEvent } from '../../../application/ports/event-store/events.ts';
import { type StreamName } from '../../../application/ports/event-store/stream-name.ts';

/** A memory store whose appends wait for a gate, and that says what came. */
export class GatedStore extends MemoryStore {
  readonly appends: { readonly count: number; readonly bytes: number; readonly ids: string }[] = [];
  readonly retained: (readonly [StreamName, number])[] = [];
  retainFails = false;
  readonly #failures: Error[] = [];
  #open: () => void = () => undefined;
  readonly #gate = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  async release(): Promise<void> {
    this.#open();
    await this.#gate;
  }

  failNext(...errors: readonly Error[]): void {
    this.#failures.push(...errors);
  }

  override async append(
    stream: StreamName,
    events: readonly NewEvent[],
    options: AppendOptions,
  ): Promise<AppendResult> {
    this.appends.push({
      count: events.length,
      bytes: Buffer.byteLength(JSON.stringify(events)),
      ids: events.map(({ id }) => id).join(),
    });
    await this.#gate;
    const failure = this.#failures.shift();
    if (failure !== undefined) throw failure;
    if (events.some(({ data }) => data['payload'] === 'refuse me')) throw new InvalidEventError('refused');
    return super.append(stream, events, options);
  }

  override retain(stream: StreamName, maxAgeS: number): Promise<void> {
    if (this.retainFails) return Promise.reject(new Error('no'));
    this.retained.push([stream, maxAgeS]);
    return super.retain(stream, maxAgeS);
  }
}
