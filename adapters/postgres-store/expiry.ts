import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { transientCategories } from '../../application/ports/event-store/categories.ts';
import { type ExpireOptions } from '../../application/ports/event-store/event-store.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { asRefusal } from './failures.ts';
import { type Readers } from './query.ts';

const LOCK_TIMEOUT_MS = 50;
const TRIES = 20;
const PAUSE_MS = 100;
const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK = '40P01';

/**
 * Makes the partitions of the coming days and drops those whose events are all hidden. Answers how many were dropped.
 * A partition that somebody reads all the time is left for the next call.
 */
export async function expirePartitions(
  readers: Readers,
  clock: (() => Date) | undefined,
  isStillNeeded?: ExpireOptions['isStillNeeded'],
): Promise<number> {
  return readers
    .withClient(async (client) => {
      const now = clock?.() ?? (await serverTime(client));
      await client.query('SELECT event_store.create_partitions($1::date)', [now.toISOString().slice(0, 10)]);
      let dropped = 0;
      for (const log of transientCategories) {
        for (const day of await pastDays(client, log, now)) {
          if (isStillNeeded !== undefined && (await isNeeded(client, log, day, now, isStillNeeded))) continue;
          if (await dropPatiently(client, log, day, now)) dropped += 1;
        }
      }
      return dropped;
    })
    .catch((error: unknown) => {
      throw asRefusal(error);
    });
}

async function serverTime(client: pg.ClientBase): Promise<Date> {
  const { rows } = await client.query<[string]>({
    text: 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)',
    rowMode: 'array',
  });
  return new Date(Number(rows[0]?.[0]));
}

async function pastDays(client: pg.ClientBase, log: string, now: Date): Promise<string[]> {
  const { rows } = await client.query<[string]>({
    text: 'SELECT day::text FROM event_store.partitions($1) WHERE day < $2::date ORDER BY day',
    values: [log, now.toISOString().slice(0, 10)],
    rowMode: 'array',
  });
  return rows.map(([day]) => day);
}

interface HeldRow {
  readonly name: string;
  readonly revision: string;
  /** As the server prints it: `t` or `f`. */
  readonly is_hidden: string;
}

/**
 * Whether a stream with events in the partition has to stay, or is shown still. Asked before the log's lock is taken: the
 * answer may have to come from far away. Nothing is appended to the partition of a day that is over.
 */
async function isNeeded(
  client: pg.ClientBase,
  log: string,
  day: string,
  now: Date,
  isStillNeeded: NonNullable<ExpireOptions['isStillNeeded']>,
): Promise<boolean> {
  const partition = pg.escapeIdentifier(`${log}_${day.replaceAll('-', '')}`);
  // Streams by skipping through the index, as the function that drops does.
  const { rows } = await client.query<HeldRow>({
    text: `WITH RECURSIVE held(stream) AS (
        (SELECT stream FROM event_store.${partition} ORDER BY stream LIMIT 1)
        UNION ALL
        SELECT (SELECT p.stream FROM event_store.${partition} p WHERE p.stream > h.stream ORDER BY p.stream LIMIT 1)
        FROM held h WHERE h.stream IS NOT NULL)
      SELECT s.name, last.revision::text,
        coalesce(($1::date + 1)::timestamp AT TIME ZONE 'UTC' + make_interval(secs => r.max_age_s) <= $2, false)
          AS is_hidden
      FROM held h JOIN event_store.streams s ON s.id = h.stream
      LEFT JOIN event_store.retention r ON r.stream = h.stream
      CROSS JOIN LATERAL (SELECT p.revision FROM event_store.${partition} p WHERE p.stream = h.stream
        ORDER BY p.revision DESC LIMIT 1) last`,
    values: [day, now.toISOString()],
  });
  // One that is shown keeps the whole day: then nobody need be asked.
  if (rows.some((row) => row.is_hidden !== 't')) return true;
  let isAnyNeeded = false;
  // All are asked, so that whoever answers knows of each.
  for (const { name, revision } of rows) {
    if (await isStillNeeded(name as StreamName, Number(revision))) isAnyNeeded = true;
  }
  return isAnyNeeded;
}

/**
 * Behind one open reader a DROP would wait, and everybody else behind the DROP: so it gives up after 50 ms and
 * lets the others pass before the next try.
 */
async function dropPatiently(client: pg.ClientBase, log: string, day: string, now: Date): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query('BEGIN');
      await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
      const { rows } = await client.query<[string]>({
        text: 'SELECT event_store.drop_partition($1, $2::date, $3)',
        values: [log, day, now.toISOString()],
        rowMode: 'array',
      });
      await client.query('COMMIT');
      return rows[0]?.[0] === 't';
    } catch (error) {
      await client.query('ROLLBACK');
      const code = error instanceof pg.DatabaseError ? error.code : undefined;
      if (code !== LOCK_NOT_AVAILABLE && code !== DEADLOCK) throw error;
      if (attempt === TRIES) return false;
      await sleep(PAUSE_MS);
    }
  }
}
