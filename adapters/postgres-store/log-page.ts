import {
  domainCategories,
  logOfAll,
  type Category,
  type Log,
} from '../../application/ports/event-store/categories.ts';
import { type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { COLUMNS, decode, sizeOf, type EventRow } from './decode.ts';
import { type ReadingContext } from './reading-context.ts';
import { clockValue, shown } from './retention.ts';

export type Direction = 'forwards' | 'backwards';

/** Which events of which log. */
export interface Selection {
  readonly log: Log;
  readonly table: string;
  /** Null: everything in the log, the way projections read. Nothing is filtered in SQL then. */
  readonly categories: readonly Category[] | null;
}

export interface LogPage {
  readonly events: readonly RecordedEvent[];
  /** Everything from the page's start up to here (forwards) or down to here (backwards) has been looked at. */
  readonly scanned: bigint;
  /** The end of the log was reached. */
  readonly complete: boolean;
  readonly bytes: number;
}

/** So many positions a filtered read looks at in one statement, however few of them match. */
const WINDOW = 50_000n;

export function selectionOf(categories: readonly Category[]): Selection {
  const log = logOfAll(categories);
  if (log !== 'domain') return { log, table: log, categories: null };
  const wanted = new Set<Category>(categories);
  const everything = domainCategories.every((category) => wanted.has(category));
  return { log, table: 'events', categories: everything ? null : [...wanted] };
}

/** The last position of a log. */
export async function headOf(context: ReadingContext, log: Log): Promise<bigint> {
  const [row] = await context.query<[string]>({
    name: 'head',
    text: 'SELECT event_store.head($1)',
    values: [log],
  });
  return BigInt(row?.[0] ?? 0);
}

/** The events behind (before) a position, exclusive, nearest first. */
export async function readLogPage(
  context: ReadingContext,
  selection: Selection,
  direction: Direction,
  from: bigint,
  limit: number,
): Promise<LogPage> {
  const partial = selection.categories !== null || selection.log !== 'domain';
  return partial
    ? readPartially(context, selection, direction, from, limit)
    : readEverything(context, direction, from, limit);
}

async function readEverything(
  context: ReadingContext,
  direction: Direction,
  from: bigint,
  limit: number,
): Promise<LogPage> {
  const forwards = direction === 'forwards';
  const rows = await context.query<EventRow>({
    name: `log_events_${direction}`,
    text: `SELECT ${COLUMNS} FROM event_store.events e WHERE e.position ${forwards ? '>' : '<'} $1
           ORDER BY e.position ${forwards ? 'ASC' : 'DESC'} LIMIT $2`,
    values: [from, limit],
  });
  const scanned = BigInt(rows.at(-1)?.[0] ?? from);
  return { ...(await pageOf(context, rows)), scanned, complete: rows.length < limit };
}

/**
 * Where some events of the log are left out. The head is taken before the page: taken after it, it could lie behind an
 * event that was appended in between, and a checkpoint there would skip that event.
 */
async function readPartially(
  context: ReadingContext,
  selection: Selection,
  direction: Direction,
  from: bigint,
  limit: number,
): Promise<LogPage> {
  const forwards = direction === 'forwards';
  const head = await headOf(context, selection.log);
  const start = forwards || from <= head ? from : head + 1n;
  const end = forwards ? smaller(head, start + WINDOW) : larger(0n, start - WINDOW);
  if (forwards ? end <= start : start <= 1n) return { events: [], scanned: start, complete: true, bytes: 0 };
  const rows = await context.query<EventRow>(
    partialStatement(context, selection, forwards, start, end, limit),
  );
  const last = rows.at(-1);
  const scanned = rows.length === limit && last !== undefined ? BigInt(last[0]) : end;
  const complete = rows.length < limit && (forwards ? end === head : end === 0n);
  return { ...(await pageOf(context, rows)), scanned, complete };
}

function partialStatement(
  context: ReadingContext,
  { table, categories }: Selection,
  forwards: boolean,
  start: bigint,
  end: bigint,
  limit: number,
): { name: string; text: string; values: unknown[] } {
  const range = forwards ? 'e.position > $1 AND e.position <= $2' : 'e.position < $1 AND e.position >= $2';
  // As a subquery per row: a join would let the planner begin with all streams of a category.
  const filter =
    categories === null
      ? shown('$4')
      : '(SELECT s.category FROM event_store.streams s WHERE s.id = e.stream) = ANY($4)';
  return {
    name: `part_${table}_${forwards ? 'forwards' : 'backwards'}`,
    text: `SELECT ${COLUMNS} FROM event_store.${table} e WHERE ${range} AND ${filter}
           ORDER BY e.position ${forwards ? 'ASC' : 'DESC'} LIMIT $3`,
    values: [start, end, limit, categories === null ? clockValue(context.now) : `{${categories.join()}}`],
  };
}

async function pageOf(
  context: ReadingContext,
  rows: readonly EventRow[],
): Promise<{ events: RecordedEvent[]; bytes: number }> {
  const nameOf = await context.names.of(rows.map((row) => row[1]));
  const events = rows.map((row) => decode(row, nameOf(row[1]), context.storeId));
  return { events, bytes: sizeOf(rows) };
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
