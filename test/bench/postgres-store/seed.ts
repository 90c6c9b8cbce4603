import { randomUUID } from 'node:crypto';
import { type AppendResult, type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type NewEvent } from '../../../application/ports/event-store/events.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { spaceHistory } from './space-history.ts';

export interface SeedOptions {
  /** How many spaces share the events. Default: one for every 200 events. */
  readonly spaces?: number;
  readonly tenant?: string;
  /** How many events one append holds. Default 10. */
  readonly perAppend?: number;
}

const CALLERS = 128;

/**
 * Writes `count` events of parking spaces through a store: registered, then occupied and vacant in turn, the spaces'
 * histories woven into each other as in a real log. Every event fits its schema.
 */
export async function seedSpaceEvents(
  store: EventStore,
  count: number,
  options: SeedOptions = {},
): Promise<void> {
  const { spaces = Math.max(1, Math.ceil(count / 200)), tenant = randomUUID(), perAppend = 10 } = options;
  const site = randomUUID();
  const writers = Array.from({ length: spaces }, (_, number) => {
    const share = Math.floor(count / spaces) + (number < count % spaces ? 1 : 0);
    const stream = streamName('space', tenant, randomUUID());
    const history = spaceHistory(tenant, site, number);
    let left = share;
    let revision = -1;
    return async (): Promise<boolean> => {
      const events: NewEvent[] = [];
      while (events.length < Math.min(perAppend, left)) events.push(history.next().value);
      left -= events.length;
      if (events.length === 0) return false;
      const expected = revision < 0 ? 'no_stream' : revision;
      const answer: AppendResult = await store.append(stream, events, { expected, timeoutMs: 60_000 });
      revision = answer.revision;
      return left > 0;
    };
  });
  const queue = [...writers];
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      for (let write = queue.shift(); write !== undefined; write = queue.shift()) {
        if (await write()) queue.push(write);
      }
    }),
  );
}
