import { logOfAll, type Category, type Log } from '../../application/ports/event-store/categories.ts';
import { StoreUnavailableError } from '../../application/ports/event-store/errors.ts';
import {
  type SubscribeOptions,
  type SubscriptionMessage,
} from '../../application/ports/event-store/event-store.ts';
import { type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { type Position } from '../../application/ports/event-store/position.ts';
import { type MemoryLog } from './memory-log.ts';
import { commitOf } from './reading.ts';
import { type Sleep } from './waiting.ts';

const DEFAULT_BATCH = 500;
const RETRY_MS = 5;

/** Counted, so that a subscription that is busy when it is dropped notices afterwards. */
export interface Drops {
  count: number;
  readonly wake: Set<() => void>;
}

export interface Surroundings {
  readonly drops: Drops;
  readonly closed: AbortSignal;
  readonly sleep: Sleep;
  readonly dropsNow: () => boolean;
}

/** Follows one log. The cursor moves only when the consumer comes back for more: a drop repeats nothing it has taken. */
export async function* follow(
  log: MemoryLog,
  options: SubscribeOptions,
  around: Surroundings,
): AsyncGenerator<SubscriptionMessage, void, undefined> {
  const which = logOfAll(options.categories);
  const categories = new Set(options.categories);
  const cursor: Cursor = { commit: startOf(options, log), caughtUp: false };
  let dropsSeen = around.drops.count;
  while (!options.signal.aborted) {
    if (around.closed.aborted) throw new StoreUnavailableError('the store was closed under a subscription');
    if (around.drops.count !== dropsSeen || around.dropsNow()) {
      dropsSeen = around.drops.count;
      cursor.caughtUp = false;
      await recover(options, around);
      continue;
    }
    const message = next(log, which, categories, cursor, options.batchSize ?? DEFAULT_BATCH);
    if (message === null) {
      await news(log, options, around, dropsSeen);
      continue;
    }
    yield message;
    cursor.commit = message.position.commit;
    if (message.type === 'caught-up') cursor.caughtUp = true;
  }
}

interface Cursor {
  commit: bigint;
  caughtUp: boolean;
}

/** The next message, or null when there is nothing to say. */
function next(
  log: MemoryLog,
  which: Log,
  categories: ReadonlySet<Category>,
  cursor: Cursor,
  batchSize: number,
): SubscriptionMessage | null {
  const [first, ...rest] = log.logPage(which, categories, cursor.commit, 'forwards', batchSize);
  if (first !== undefined) {
    const events: [RecordedEvent, ...RecordedEvent[]] = [first, ...rest];
    return { type: 'events', events, position: (rest.at(-1) ?? first).position };
  }
  const position = later(log.head(which), cursor.commit);
  if (!cursor.caughtUp) return { type: 'caught-up', position };
  return position.commit > cursor.commit ? { type: 'checkpoint', position } : null;
}

/** A position never goes back, even for a subscriber that started beyond the head. */
function later(head: Position, commit: bigint): Position {
  return head.commit >= commit ? head : { ...head, commit, prepare: commit };
}

async function recover(options: SubscribeOptions, around: Surroundings): Promise<void> {
  options.onDrop?.(new StoreUnavailableError('the subscription was dropped (injected fault)'), RETRY_MS);
  try {
    await around.sleep(RETRY_MS, options.signal);
  } catch (error) {
    if (!options.signal.aborted) throw error;
  }
}

/** Until something was appended, the subscription was dropped or cancelled, or the store was closed. */
async function news(
  log: MemoryLog,
  options: SubscribeOptions,
  around: Surroundings,
  dropsSeen: number,
): Promise<void> {
  if (options.signal.aborted || around.closed.aborted || around.drops.count !== dropsSeen) return;
  await new Promise<void>((resolve) => {
    const wake = (): void => {
      stopListening();
      around.drops.wake.delete(wake);
      options.signal.removeEventListener('abort', wake);
      around.closed.removeEventListener('abort', wake);
      resolve();
    };
    const stopListening = log.onAppend(wake);
    around.drops.wake.add(wake);
    options.signal.addEventListener('abort', wake, { once: true });
    around.closed.addEventListener('abort', wake, { once: true });
  });
}

function startOf(options: SubscribeOptions, log: MemoryLog): bigint {
  return options.from === 'start' ? 0n : commitOf(options.from, log.storeId);
}
