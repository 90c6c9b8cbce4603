import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { transientCategories } from '../../application/ports/event-store/categories.ts';
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
export async function expirePartitions(readers: Readers, clock: (() => Date) | undefined): Promise<number> {
  return readers
    .withClient(async (client) => {
      const now = clock?.() ?? (await serverTime(client));
      await client.query('SELECT event_store.create_partitions($1::date)', [now.toISOString().slice(0, 10)]);
      let dropped = 0;
      for (const log of transientCategories) {
        for (const day of await pastDays(client, log, now)) {
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
