import { isTransient } from '../../application/ports/event-store/categories.ts';
import { type ReadStreamOptions } from '../../application/ports/event-store/event-store.ts';
import { type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { parseStreamName, type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { COLUMNS, decode, sizeOf, type EventRow } from './decode.ts';
import { PageSize } from './page-size.ts';
import { type ReadingContext } from './reading-context.ts';
import { clockValue, shown } from './retention.ts';

type Direction = 'forwards' | 'backwards';

/**
 * Pages of one stream. While the consumer works on one, the next is already being fetched.
 */
export async function* readStreamPages(
  context: ReadingContext,
  stream: StreamName,
  options: ReadStreamOptions,
): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
  const { direction = 'forwards', limit = Infinity, signal } = options;
  const size = new PageSize();
  const fetch = (from: number, left: number): Promise<Page> => {
    const rows = Math.min(size.rows, left);
    return readPage(context, stream, direction, from, rows);
  };
  signal?.throwIfAborted();
  let left = limit;
  if (left <= 0) return;
  let coming: Promise<Page> | null = fetch(firstRevision(options.from, direction), left);
  while (coming !== null) {
    const { events, bytes, full }: Page = await coming;
    signal?.throwIfAborted();
    const last = events.at(-1);
    if (last === undefined) return;
    left -= events.length;
    size.learn(events.length, bytes);
    const step = direction === 'forwards' ? 1 : -1;
    coming = full && left > 0 ? fetch(last.revision + step, left) : null;
    // The consumer may leave before it is needed.
    coming?.catch(() => undefined);
    yield events;
  }
}

interface Page {
  readonly events: readonly RecordedEvent[];
  readonly bytes: number;
  /** There may be more. */
  readonly full: boolean;
}

async function readPage(
  context: ReadingContext,
  stream: StreamName,
  direction: Direction,
  from: number,
  limit: number,
): Promise<Page> {
  const category = parseStreamName(stream)?.category;
  const table = category !== undefined && isTransient(category) ? category : 'events';
  const forwards = direction === 'forwards';
  const values: unknown[] = [stream, from, limit];
  if (table !== 'events') values.push(clockValue(context.now));
  const events: RecordedEvent[] = [];
  let bytes = 0;
  const statement = {
    name: `stream_${table}_${direction}`,
    text: `SELECT ${COLUMNS} FROM event_store.${table} e
           WHERE e.stream = (SELECT s.id FROM event_store.streams s WHERE s.name = $1)
             AND e.revision ${forwards ? '>=' : '<='} $2 ${table === 'events' ? '' : `AND ${shown('$4')}`}
           ORDER BY e.revision ${forwards ? 'ASC' : 'DESC'} LIMIT $3`,
    values,
  };
  await context.stream<EventRow>(statement, (row) => {
    bytes += sizeOf(row);
    events.push(decode(row, stream, context.storeId));
  });
  return { events, bytes, full: events.length === limit };
}

function firstRevision(from: ReadStreamOptions['from'], direction: Direction): number {
  if (from === 'start') return 0;
  if (from === 'end') return Number.MAX_SAFE_INTEGER;
  return from ?? (direction === 'forwards' ? 0 : Number.MAX_SAFE_INTEGER);
}
