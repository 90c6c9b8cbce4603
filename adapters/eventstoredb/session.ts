import {
  type SubscribeOptions,
  type SubscriptionMessage,
} from '../../application/ports/event-store/event-store.ts';
import { StoreUnavailableError } from '../../application/ports/event-store/errors.ts';
import { type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { comparePositions, type Position } from '../../application/ports/event-store/position.ts';
import { type Connection } from './connection.ts';
import { stalled, type Inflow, type Item } from './inflow.ts';
import { subscribeRequest } from './read-request.ts';
import { type Reader } from './reader.ts';
import { serverPosition, type Tail } from './tail.ts';

/** Nothing came for so long: time to ask whether there is nothing to come. */
const IDLE_MS = 1000;
/** An event is there and the subscription has not delivered it: it is dead without knowing. */
const STUCK_MS = 10_000;
const DEFAULT_BATCH = 500;

interface Tools {
  readonly connection: Connection;
  readonly reader: Reader;
  readonly tail: Tail;
}

/**
 * One subscription at the server, from its beginning to its end by whatever cause. Server marks are not trusted once
 * it is live (23.10 sends none on an idle log, later versions once sent them ahead of events: pitfall b17). Instead an
 * idle subscription asks twice: where does the history end, and is there an event for me behind what I delivered? If
 * not, everything up to that end is done. If there is, and it does not come, the subscription is dead (b14, b16).
 */
export class Session {
  readonly #options: SubscribeOptions;
  readonly #tools: Tools;
  #cursor: Position;
  #caughtUp = false;
  #verifiedAt = 0;
  #stuckSince: number | null = null;
  /** A mark of the server, held back until it is known not to be the one before `caught-up`. */
  #held: Position | null = null;

  constructor(options: SubscribeOptions, from: Position, tools: Tools) {
    this.#options = options;
    this.#cursor = from;
    this.#tools = tools;
  }

  async *messages(): AsyncGenerator<SubscriptionMessage, void, undefined> {
    const { signal, categories, batchSize = DEFAULT_BATCH } = this.#options;
    const { reader, tail, connection } = this.#tools;
    // Known before the subscription begins, so that all of it has been delivered when the head is reached.
    const end = await tail.end(signal);
    const { client } = connection;
    const inflow = await reader.open(subscribeRequest(categories, serverPosition(this.#cursor)), false);
    try {
      while (!signal.aborted) {
        const items = await inflow.take(batchSize, IDLE_MS, signal);
        if (signal.aborted) return;
        if (items !== 'idle' && items.length === 0) {
          throw new StoreUnavailableError('the event store ended the subscription');
        }
        if (items !== 'idle') {
          this.#stuckSince = null;
          for await (const message of this.#messagesOf(items, end)) yield this.#passed(message);
        }
        if (!this.#shouldVerify(items)) continue;
        const mark = await this.#verify(inflow);
        if (mark !== null) yield this.#passed(mark);
        if (this.#isStuck()) {
          connection.replace(client);
          throw stalled(STUCK_MS);
        }
      }
    } finally {
      reader.release(inflow);
    }
  }

  #passed(message: SubscriptionMessage): SubscriptionMessage {
    this.#cursor = message.position;
    if (message.type === 'caught-up') this.#caughtUp = true;
    return message;
  }

  async *#messagesOf(
    items: readonly Item[],
    end: Position | null,
  ): AsyncGenerator<SubscriptionMessage, void, undefined> {
    let events: RecordedEvent[] = [];
    for (const item of items) {
      if (item.type === 'event') {
        this.#held = null;
        // A server once repeated live positions (issue 3697): what was delivered is not delivered again.
        if (comparePositions(item.event.position, events.at(-1)?.position ?? this.#cursor) > 0)
          events.push(item.event);
        continue;
      }
      yield* asMessage(events);
      events = [];
      if (this.#held !== null && item.type === 'checkpoint') yield* this.#mark('checkpoint', this.#held);
      this.#held = null;
      if (item.type === 'caught-up') {
        await this.#requireNothingBefore(end);
        yield* this.#mark('caught-up', end);
      }
      if (item.type === 'checkpoint' && !this.#caughtUp)
        this.#held = this.#tools.tail.position(item.position);
    }
    yield* asMessage(events);
  }

  /** Marks never go back, and a checkpoint that says nothing new is not said. */
  *#mark(
    type: 'checkpoint' | 'caught-up',
    position: Position | null,
  ): Generator<SubscriptionMessage, void, undefined> {
    const ahead = position !== null && comparePositions(position, this.#cursor) > 0;
    if (ahead || type === 'caught-up') yield { type, position: ahead ? position : this.#cursor };
  }

  /** When it is idle, and now and then while nothing but marks arrive. */
  #shouldVerify(items: readonly Item[] | 'idle'): boolean {
    if (items === 'idle') return true;
    const onlyMarks = this.#caughtUp && items.every((item) => item.type === 'checkpoint');
    return onlyMarks && performance.now() - this.#verifiedAt > IDLE_MS;
  }

  async #verify(inflow: Inflow): Promise<SubscriptionMessage | null> {
    const { tail } = this.#tools;
    const { categories, signal } = this.#options;
    this.#verifiedAt = performance.now();
    // In this order: what is written between the two questions is behind `end`, and no mark covers it.
    const end = await tail.end(signal);
    const next = await tail.next(categories, this.#cursor, signal);
    if (!inflow.isEmpty) return null;
    if (next !== null) {
      this.#stuckSince ??= performance.now();
      return null;
    }
    this.#stuckSince = null;
    const [mark] = this.#mark(this.#caughtUp ? 'checkpoint' : 'caught-up', end);
    return mark ?? null;
  }

  /** A server that says it has caught up and has left something out would make this mark a loss for ever. */
  async #requireNothingBefore(end: Position | null): Promise<void> {
    const { categories, signal } = this.#options;
    const next = await this.#tools.tail.next(categories, this.#cursor, signal);
    if (next === null || end === null || comparePositions(next.position, end) > 0) return;
    throw new StoreUnavailableError('the event store left out events that were there before');
  }

  #isStuck(): boolean {
    return this.#stuckSince !== null && performance.now() - this.#stuckSince > STUCK_MS;
  }
}

function* asMessage(events: readonly RecordedEvent[]): Generator<SubscriptionMessage, void, undefined> {
  const [first, ...rest] = events;
  if (first === undefined) return;
  yield { type: 'events', events: [first, ...rest], position: (rest.at(-1) ?? first).position };
}
