import { type ClientBase } from 'pg';
import { type Position } from '../../application/ports/event-store/position.ts';
import { type Instant } from '../../domain/time/instant.ts';

export type ProjectionStatus = 'new' | 'booting' | 'active' | 'paused' | 'error' | 'retired';

/** How far one generation of a projection has come, under which owner's epoch. */
export interface Checkpoint {
  readonly projection: string;
  readonly generation: number;
  readonly version: number;
  readonly status: ProjectionStatus;
  /** Null: nothing applied yet. */
  readonly position: Position | null;
  readonly epoch: number;
}

/** Somebody else has moved a checkpoint or raised its epoch: nothing of this batch may stand, nor what is in memory. */
export class FencedError extends Error {
  readonly code = 'fenced';
  constructor(projections: readonly string[]) {
    super(`the checkpoint of ${projections.join(', ')} was changed by somebody else`);
    this.name = 'FencedError';
  }
}

type Queries = Pick<ClientBase, 'query'>;

interface CheckpointRow {
  readonly projection: string;
  readonly generation: number;
  readonly version: number;
  readonly status: ProjectionStatus;
  readonly store_id: string | null;
  readonly commit_position: string | null;
  readonly prepare_position: string | null;
  readonly epoch: string;
}

const COLUMNS =
  'c.projection, c.generation, c.version, c.status, c.store_id, c.commit_position, c.prepare_position, c.epoch';

/**
 * Takes the current generations that nobody owns (or whose owner went silent) and that are not paused. Raising the
 * epoch shuts out a former owner that wakes up still thinking it leads.
 */
export async function acquire(
  client: Queries,
  names: readonly string[],
  owner: string,
  leaseMs: number,
): Promise<Checkpoint[]> {
  const taken = await client.query<CheckpointRow>(
    `UPDATE projection.checkpoints AS c
     SET owner = $2, epoch = c.epoch + 1, lease_until = clock_timestamp() + $3 * interval '1 ms'
     FROM projection.projections AS p
     WHERE p.name = c.projection AND p.generation = c.generation AND c.projection = ANY($1)
       AND (c.owner = $2 OR c.lease_until IS NULL OR c.lease_until < clock_timestamp())
       AND c.status IN ('new', 'booting', 'active', 'error')
       AND (c.status <> 'error' OR c.retry_at IS NULL OR c.retry_at <= clock_timestamp())
     RETURNING ${COLUMNS}`,
    [names, owner, leaseMs],
  );
  return taken.rows.map(toCheckpoint).sort((a, b) => (a.projection < b.projection ? -1 : 1));
}

/** One generation, current or not, owned or not: for whoever builds it beside the current one. */
export async function acquireGeneration(
  client: Queries,
  projection: string,
  generation: number,
  owner: string,
  leaseMs: number,
): Promise<Checkpoint | null> {
  const taken = await client.query<CheckpointRow>(
    `UPDATE projection.checkpoints AS c
     SET owner = $3, epoch = c.epoch + 1, lease_until = clock_timestamp() + $4 * interval '1 ms'
     WHERE c.projection = $1 AND c.generation = $2
     RETURNING ${COLUMNS}`,
    [projection, generation, owner, leaseMs],
  );
  return taken.rows[0] === undefined ? null : toCheckpoint(taken.rows[0]);
}

/** False when one of them has another owner by now. */
export async function renewLeases(
  client: Queries,
  held: readonly Checkpoint[],
  owner: string,
  leaseMs: number,
): Promise<boolean> {
  const renewed = await client.query({
    name: 'renew-leases',
    text: `UPDATE projection.checkpoints AS c SET lease_until = clock_timestamp() + $4 * interval '1 ms'
     FROM unnest($1::text[], $2::integer[]) AS k (projection, generation)
     WHERE c.projection = k.projection AND c.generation = k.generation AND c.owner = $3`,
    values: [held.map((one) => one.projection), held.map((one) => one.generation), owner, leaseMs],
  });
  return renewed.rowCount === held.length;
}

export async function releaseLeases(client: Queries, owner: string): Promise<void> {
  await client.query(
    'UPDATE projection.checkpoints SET owner = NULL, lease_until = NULL, epoch = epoch + 1 WHERE owner = $1',
    [owner],
  );
}

/**
 * Moves checkpoints by compare-and-set on position and epoch, as the first statement of the batch's transaction: the
 * row locks keep any other owner out until the commit. Throws {@link FencedError} on a mismatch, which must abort.
 */
export async function moveCheckpoints(
  client: Queries,
  held: readonly Checkpoint[],
  to: Position,
  recordedAt: Instant | null,
): Promise<void> {
  const moved = await client.query<{ projection: string }>({
    name: 'move-checkpoints',
    text: `UPDATE projection.checkpoints AS c
     SET store_id = $5, commit_position = $6, prepare_position = $7, recorded_at = coalesce($8, c.recorded_at)
     FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[], $9::bigint[])
       AS k (projection, generation, commit_position, prepare_position, epoch)
     WHERE c.projection = k.projection AND c.generation = k.generation AND c.epoch = k.epoch
       AND c.commit_position IS NOT DISTINCT FROM k.commit_position
       AND c.prepare_position IS NOT DISTINCT FROM k.prepare_position
     RETURNING c.projection`,
    values: [
      held.map((one) => one.projection),
      held.map((one) => one.generation),
      held.map((one) => one.position?.commit.toString() ?? null),
      held.map((one) => one.position?.prepare.toString() ?? null),
      to.storeId,
      to.commit.toString(),
      to.prepare.toString(),
      recordedAt,
      held.map((one) => one.epoch),
    ],
  });
  if (moved.rowCount === held.length) return;
  const done = new Set(moved.rows.map((row) => row.projection));
  throw new FencedError(held.map((one) => one.projection).filter((name) => !done.has(name)));
}

export async function setStatus(
  client: Queries,
  { projection, generation }: Pick<Checkpoint, 'projection' | 'generation'>,
  status: ProjectionStatus,
  failure?: { readonly code: string; readonly message: string; readonly retryInMs: number },
): Promise<void> {
  await client.query(
    `UPDATE projection.checkpoints
     SET status = $3, error_code = $4, error = $5, retry_at = clock_timestamp() + $6 * interval '1 ms'
     WHERE projection = $1 AND generation = $2`,
    [
      projection,
      generation,
      status,
      failure?.code ?? null,
      failure?.message.slice(0, 2000).replaceAll('\u0000', '\uFFFD').toWellFormed() ?? null,
      failure?.retryInMs ?? null,
    ],
  );
}

export function toCheckpoint(row: CheckpointRow): Checkpoint {
  return {
    projection: row.projection,
    generation: row.generation,
    version: row.version,
    status: row.status,
    position: toPosition(row),
    epoch: Number(row.epoch),
  };
}

export function toPosition(
  row: Pick<CheckpointRow, 'store_id' | 'commit_position' | 'prepare_position'>,
): Position | null {
  const { store_id: storeId, commit_position: commit, prepare_position: prepare } = row;
  if (storeId === null || commit === null || prepare === null) return null;
  return { storeId, commit: BigInt(commit), prepare: BigInt(prepare) };
}
