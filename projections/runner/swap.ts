import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientBase, type Pool } from 'pg';
import { comparePositions, type Position } from '../../application/ports/event-store/position.ts';
import { PROGRESS_CHANNEL } from './apply-batch.ts';
import { type ProjectionStatus, toPosition } from './checkpoints.ts';
import { showGeneration } from './generations.ts';
import { type Projection } from './projection.ts';
import { inTransaction } from './transaction.ts';

/** The two generations of a projection while a rebuild is under way, with both rows locked. */
export interface BothCheckpoints {
  readonly current: {
    readonly generation: number;
    readonly status: ProjectionStatus;
    readonly position: Position | null;
  };
  readonly built: { readonly generation: number; readonly position: Position | null };
}

/** Locks both rows, so that neither moves: first the older, as everybody does. */
export async function lockBoth(
  client: ClientBase,
  projection: Projection,
  built: number,
): Promise<BothCheckpoints> {
  const rows = await client.query<{
    generation: number;
    status: ProjectionStatus;
    is_current: boolean;
    store_id: string | null;
    commit_position: string | null;
    prepare_position: string | null;
  }>(
    `SELECT c.generation, c.status, c.generation = p.generation AS is_current, c.store_id, c.commit_position,
       c.prepare_position
     FROM projection.checkpoints AS c JOIN projection.projections AS p ON p.name = c.projection
     WHERE c.projection = $1 AND (c.generation = p.generation OR c.generation = $2)
     ORDER BY c.generation FOR UPDATE OF c`,
    [projection.name, built],
  );
  const current = rows.rows.find((row) => row.is_current);
  const other = rows.rows.find((row) => row.generation === built);
  if (current === undefined || other === undefined)
    throw new Error(`${projection.name}: the generation is gone`);
  return {
    current: { generation: current.generation, status: current.status, position: toPosition(current) },
    built: { generation: built, position: toPosition(other) },
  };
}

export function isNotBehind(built: Position | null, current: Position | null, storeId: string): boolean {
  // Rows of another store are no measure: the new ones are of this store.
  if (current === null || current.storeId !== storeId) return true;
  return built !== null && comparePositions(built, current) >= 0;
}

const LOCK_TIMEOUT_MS = 200;
const RETRY_MS = 150;

/**
 * Shows the new generation instead of the current one, in one transaction with the pointer, once it has come at least
 * as far. The views' locks are asked for briefly and again: a reader's long transaction must not make others queue.
 * False: it is still behind.
 */
export async function swap(
  pool: Pool,
  projection: Projection,
  built: number,
  storeId: string,
): Promise<boolean> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await inTransaction(pool, (client) => swapNow(client, projection, built, storeId));
    } catch (error) {
      // Lock not available. Half a minute of tries, then whoever holds the view is named by the server's own views.
      if ((error as { code?: unknown }).code !== '55P03' || attempt === 80) throw error;
      await sleep(RETRY_MS);
    }
  }
}

async function swapNow(
  client: ClientBase,
  projection: Projection,
  built: number,
  storeId: string,
): Promise<boolean> {
  await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT_MS}ms'`);
  const both = await lockBoth(client, projection, built);
  if (!isNotBehind(both.built.position, both.current.position, storeId)) return false;
  await showGeneration(client, projection, built);
  // The epochs rise: whoever fed either of them begins anew and finds the new pointer.
  await client.query(
    `UPDATE projection.checkpoints
     SET status = CASE WHEN generation <> $2 THEN 'retired' WHEN $3 = 'paused' THEN 'paused' ELSE 'active' END,
       owner = NULL, lease_until = NULL, epoch = epoch + 1, error_code = NULL, error = NULL, retry_at = NULL
     WHERE projection = $1 AND generation IN ($2, $4)`,
    [projection.name, built, both.current.status, both.current.generation],
  );
  await client.query(`SELECT pg_notify('${PROGRESS_CHANNEL}', '')`);
  return true;
}
