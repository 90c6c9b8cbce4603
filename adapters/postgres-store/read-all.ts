import { type ReadAllOptions } from '../../application/ports/event-store/event-store.ts';
import { type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { ForeignPositionError, type Position } from '../../application/ports/event-store/position.ts';
import { readLogPage, type LogPage } from './log-page.ts';
import { PageSize } from './page-size.ts';
import { type ReadingContext } from './reading-context.ts';
import { selectionOf } from './selection.ts';

const BEYOND_ALL = 2n ** 63n - 1n;

/** Pages over all streams. While the consumer works on one, the next is already being fetched. */
export async function* readAllPages(
  context: ReadingContext,
  options: ReadAllOptions,
): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
  const { direction = 'forwards', limit = Infinity, signal } = options;
  const selection = selectionOf(options.categories);
  const size = new PageSize();
  const fetch = (from: bigint, left: number): Promise<LogPage> =>
    readLogPage(context, selection, direction, from, Math.min(size.rows, left));
  const from = firstPosition(options.from, direction, context.storeId);
  signal?.throwIfAborted();
  let left = limit;
  if (left <= 0) return;
  let coming: Promise<LogPage> | null = fetch(from, left);
  while (coming !== null) {
    const page: LogPage = await coming;
    signal?.throwIfAborted();
    left -= page.events.length;
    size.learn(page.events.length, page.bytes);
    coming = !page.complete && left > 0 ? fetch(page.scanned, left) : null;
    // The consumer may leave before it is needed.
    coming?.catch(() => undefined);
    if (page.events.length > 0) yield page.events;
  }
}

/** The number behind a position, refused when it is another store's. */
export function commitOf(position: Position, storeId: string): bigint {
  if (position.storeId !== storeId) throw new ForeignPositionError(storeId, position.storeId);
  return position.commit;
}

function firstPosition(
  from: ReadAllOptions['from'],
  direction: 'forwards' | 'backwards',
  storeId: string,
): bigint {
  if (from === 'start') return 0n;
  if (from === 'end') return BEYOND_ALL;
  if (from === undefined) return direction === 'forwards' ? 0n : BEYOND_ALL;
  return commitOf(from, storeId);
}
