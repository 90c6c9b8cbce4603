import { logOfAll } from '../../application/ports/event-store/categories.ts';
import { StoreAccessDeniedError } from '../../application/ports/event-store/errors.ts';
import {
  type SubscribeOptions,
  type SubscriptionMessage,
} from '../../application/ports/event-store/event-store.ts';
import { ForeignPositionError, type Position } from '../../application/ports/event-store/position.ts';
import { type Connection } from './connection.ts';
import { isHopeless, isTooSlow, neverSent, readError } from './grpc-errors.ts';
import { backoff, pause } from './pause.ts';
import { type Reader } from './reader.ts';
import { UnreadableEventError } from './recorded-event.ts';
import { Session } from './session.ts';
import { type Tail } from './tail.ts';

export interface SubscriptionTools {
  readonly connection: Connection;
  readonly reader: Reader;
  readonly tail: Tail;
  /** Rejects with {@link ForeignPositionError} when another store answers now: its positions mean something else. */
  readonly confirmStore: () => Promise<void>;
}

/**
 * Follows a log for ever. The client does not resubscribe by itself, an error leaves its subscription dead, and a
 * normal end is as much of a drop as an error (pitfall b14): each ends one {@link Session}, and the next one begins
 * behind the last message that the consumer took.
 */
export async function* follow(
  options: SubscribeOptions,
  tools: SubscriptionTools,
): AsyncGenerator<SubscriptionMessage, void, undefined> {
  logOfAll(options.categories);
  const { signal } = options;
  let cursor = startOf(options.from, tools.reader.storeId, tools.tail);
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (failures > 0) await tools.confirmStore();
      const session = new Session(options, cursor, tools);
      for await (const message of session.messages()) {
        failures = 0;
        yield message;
        cursor = message.position;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isDrop(error, tools.reader)) throw readError(error, null);
      if (neverSent(error)) tools.connection.refresh();
      // "Consumer too slow" is what a live subscription may expect; anything else waits longer each time.
      const waitMs = isTooSlow(error) ? 0 : backoff(failures, 100, 5000);
      failures += 1;
      options.onDrop?.(error, waitMs);
      await pause(waitMs, signal);
    }
  }
}

/** Retrying cannot mend a refusal of access (b25), an event that nobody can read, another store, or a closed one. */
function isDrop(error: unknown, reader: Reader): boolean {
  if (reader.isClosed || isHopeless(error)) return false;
  const final = [UnreadableEventError, ForeignPositionError, StoreAccessDeniedError, TypeError, RangeError];
  return !final.some((kind) => error instanceof kind);
}

function startOf(from: Position | 'start', storeId: string, tail: Tail): Position {
  if (from === 'start') return tail.position({ commit: 0n, prepare: 0n });
  if (from.storeId !== storeId) throw new ForeignPositionError(storeId, from.storeId);
  return from;
}
