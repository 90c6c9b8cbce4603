import { type Log } from '../../application/ports/event-store/categories.ts';
import { COLUMNS } from './decode.ts';
import { logEvents, type LogEvents } from './log-events.ts';
import { type Statement } from './query.ts';
import { type ReadingContext } from './reading-context.ts';
import { clockValue, shown } from './retention.ts';
import { type Selection } from './selection.ts';

export type Direction = 'forwards' | 'backwards';

export interface LogPage extends LogEvents {
  /** Everything from the page's start up to here (forwards) or down to here (backwards) has been looked at. */
  readonly scanned: bigint;
  /** The end of the log was reached. */
  readonly complete: boolean;
}

/** So many positions a filtered read looks at in one statement, however few of them match. */
const WINDOW = 50_000n;

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
  const found = await logEvents(context, {
    name: `log_${direction}`,
    text: `SELECT ${COLUMNS}, e.stream FROM event_store.events e WHERE e.position ${forwards ? '>' : '<'} $1
           ORDER BY e.position ${forwards ? 'ASC' : 'DESC'} LIMIT $2`,
    values: [from, limit],
  });
  const scanned = found.events.at(-1)?.position.commit ?? from;
  return { ...found, scanned, complete: found.events.length < limit };
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
  const found = await logEvents(context, partialStatement(context, selection, forwards, start, end, limit));
  const full = found.events.length === limit;
  const scanned = full ? (found.events.at(-1)?.position.commit ?? end) : end;
  return { ...found, scanned, complete: !full && end === (forwards ? head : 0n) };
}

function partialStatement(
  context: ReadingContext,
  { table, categories }: Selection,
  forwards: boolean,
  start: bigint,
  end: bigint,
  limit: number,
): Statement {
  const range = forwards ? 'e.position > $1 AND e.position <= $2' : 'e.position < $1 AND e.position >= $2';
  // As a subquery per row: a join would let the planner begin with all streams of a category.
  const filter =
    categories === null
      ? shown('$4')
      : '(SELECT s.category FROM event_store.streams s WHERE s.id = e.stream) = ANY($4)';
  return {
    name: `part_${table}_${forwards ? 'forwards' : 'backwards'}`,
    text: `SELECT ${COLUMNS}, e.stream FROM event_store.${table} e WHERE ${range} AND ${filter}
           ORDER BY e.position ${forwards ? 'ASC' : 'DESC'} LIMIT $3`,
    values: [start, end, limit, categories === null ? clockValue(context.now) : `{${categories.join()}}`],
  };
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
