import { type Pool } from 'pg';
import { type Instant } from '../../domain/time/instant.ts';

export interface ThinOptions {
  /** Rows of one transaction: nobody waits long for what it locks, and the log stays even. */
  readonly batchSize?: number;
  /** No new batch is begun after so long; the rest waits for the next time. */
  readonly budgetMs?: number;
}

/**
 * Deletes rows of frames that were received before an instant and have expired, in bounded batches. Answers how many.
 * What is known of each device is in a row of its own and stays.
 */
export async function thinReadings(
  pool: Pick<Pool, 'query'>,
  before: Instant,
  { batchSize = 5_000, budgetMs = 60_000 }: ThinOptions = {},
): Promise<number> {
  const deadline = performance.now() + budgetMs;
  let deleted = 0;
  for (;;) {
    const { rowCount } = await pool.query({
      name: 'sensor-readings-thin',
      // By the place of the rows: a row that somebody else deletes meanwhile is passed over.
      text: `DELETE FROM sensing.sensor_readings WHERE ctid = ANY (ARRAY(
               SELECT ctid FROM sensing.sensor_readings WHERE received_at < $1 ORDER BY received_at LIMIT $2
               FOR UPDATE SKIP LOCKED))`,
      values: [before, batchSize],
    });
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < batchSize || performance.now() >= deadline) return deleted;
  }
}
