import { type Category } from '../../../application/ports/event-store/categories.ts';
import {
  type EventStore,
  type SubscribeOptions,
  type SubscriptionMessage,
} from '../../../application/ports/event-store/event-store.ts';
import { type RecordedEvent } from '../../../application/ports/event-store/events.ts';
import { sleep } from './samples.ts';

/** A subscription that a case watches from outside: what arrived so far, and how it ended. */
export class Following {
  readonly messages: SubscriptionMessage[] = [];
  readonly drops: unknown[] = [];
  ending: 'running' | 'finished' | { readonly error: unknown } = 'running';
  readonly #cancel = new AbortController();
  readonly #done: Promise<void>;

  constructor(
    store: EventStore,
    options: Omit<SubscribeOptions, 'signal'>,
    onMessage: (message: SubscriptionMessage) => Promise<void> | void = () => undefined,
  ) {
    const messages = store.subscribe({
      onDrop: (error) => void this.drops.push(error),
      ...options,
      signal: this.#cancel.signal,
    });
    this.#done = this.#follow(messages, onMessage);
  }

  get events(): RecordedEvent[] {
    return this.messages.flatMap((message) => (message.type === 'events' ? message.events : []));
  }

  /** Events of streams of one tenant: the store may hold anything else as well. */
  of(tenant: string): RecordedEvent[] {
    const part = `-${tenant.replaceAll('-', '')}-`;
    return this.events.filter((event) => event.stream.includes(part));
  }

  /** Waits until the condition holds; fails with the subscription, or after `withinMs`. */
  async until(condition: (following: this) => boolean, withinMs = 10_000): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!condition(this)) {
      if (typeof this.ending === 'object') throw this.ending.error;
      if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${condition.toString()}`);
      await sleep(5);
    }
  }

  caughtUp(times = 1): Promise<void> {
    return this.until(
      ({ messages }) => messages.filter((message) => message.type === 'caught-up').length >= times,
    );
  }

  async cancel(): Promise<void> {
    this.#cancel.abort();
    await this.#done;
  }

  async #follow(
    messages: AsyncIterable<SubscriptionMessage>,
    onMessage: (message: SubscriptionMessage) => Promise<void> | void,
  ): Promise<void> {
    try {
      for await (const message of messages) {
        this.messages.push(message);
        await onMessage(message);
      }
      this.ending = 'finished';
    } catch (error) {
      this.ending = { error };
    }
  }
}

/** Follows from the head as it is now, so that the history of the store does not matter. */
export async function followFromHead(
  store: EventStore,
  categories: readonly Category[] = ['space'],
  onMessage?: (message: SubscriptionMessage) => Promise<void> | void,
  options: Partial<SubscribeOptions> = {},
): Promise<Following> {
  const from = await store.head('domain');
  return new Following(store, { categories, from, ...options }, onMessage);
}
