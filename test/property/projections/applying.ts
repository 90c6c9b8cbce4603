import { type Pool } from 'pg';
import { type IncomingEvent } from '../../../projections/runner/projected-event.ts';
import { applyBatch, applyInBulk } from '../../../projections/runner/apply-batch.ts';
import { acquireGeneration } from '../../../projections/runner/checkpoints.ts';
import { type Batch } from '../../../projections/runner/inbox.ts';
import { type Member } from '../../../projections/runner/member.ts';
import { Parking, readParked } from '../../../projections/runner/parking.ts';
import { type Projection } from '../../../projections/runner/projection.ts';
import { createTableSql, generationName } from '../../../projections/runner/table.ts';

/** How a history is applied: in which batches, and where the process ends and begins anew. */
export interface Plan {
  readonly sizes: readonly number[];
  readonly restarts: readonly boolean[];
  /** Several batches in one transaction, as a rebuild does. */
  readonly bulk: boolean;
}

/** Empty tables of a generation of their own, however often it is asked. */
export async function emptyGeneration(
  pool: Pool,
  projections: readonly Projection[],
  generation: number,
): Promise<void> {
  for (const projection of projections) {
    const { rowCount } = await pool.query(
      'SELECT 1 FROM projection.checkpoints WHERE projection = $1 AND generation = $2',
      [projection.name, generation],
    );
    if (rowCount === 0) {
      await pool.query(
        'INSERT INTO projection.checkpoints (projection, generation, version) VALUES ($1, $2, $3)',
        [projection.name, generation, projection.version],
      );
      for (const table of projection.tables) await pool.query(createTableSql(table, generation));
    }
  }
  const tables = projections.flatMap((one) =>
    one.tables.map((table) => generationName(table.name, generation)),
  );
  await pool.query(`TRUNCATE ${tables.join(', ')}`);
  await pool.query('DELETE FROM projection.parked_streams WHERE generation = $1', [generation]);
  await pool.query(
    `UPDATE projection.checkpoints SET store_id = NULL, commit_position = NULL, prepare_position = NULL
     WHERE generation = $1`,
    [generation],
  );
}

async function openMembers(
  pool: Pool,
  projections: readonly Projection[],
  generation: number,
): Promise<Member[]> {
  const members: Member[] = [];
  for (const projection of projections) {
    const checkpoint = await acquireGeneration(pool, projection.name, generation, 'property', 60_000);
    if (checkpoint === null) throw new Error('no checkpoint');
    const parked = await readParked(pool, projection.name, generation);
    const parking = new Parking(projection.name, generation, parked);
    members.push({ projection, applier: projection.open(generation), parking, checkpoint });
  }
  return members;
}

export async function applyAll(
  pool: Pool,
  projections: readonly Projection[],
  generation: number,
  events: readonly IncomingEvent[],
  plan: Plan,
): Promise<void> {
  const batches = cut(events, plan.sizes);
  let members = await openMembers(pool, projections, generation);
  for (let index = 0; index < batches.length;) {
    if (plan.restarts[index % plan.restarts.length] === true)
      members = await openMembers(pool, projections, generation);
    if (!plan.bulk) {
      const batch = batches[index];
      if (batch === undefined) return;
      const failed = await applyBatch(pool, members, batch);
      if (failed.length > 0) throw failed[0]?.error;
      index += 1;
      continue;
    }
    const next = () => Promise.resolve(batches[index++] ?? null);
    await applyInBulk(pool, members, next, { events: plan.sizes[0] ?? 10, rows: 30 });
  }
}

function cut(events: readonly IncomingEvent[], sizes: readonly number[]): Batch[] {
  const batches: Batch[] = [];
  for (let at = 0; at < events.length;) {
    const size = sizes[batches.length % sizes.length] ?? 1;
    const part = events.slice(at, at + size);
    const last = part.at(-1);
    if (last === undefined) break;
    batches.push({ events: part, position: last.place.position, caughtUp: false, receivedAt: 0 });
    at += size;
  }
  return batches;
}

/** All rows of a generation, as text, in order. */
export async function dumpGeneration(
  pool: Pool,
  projections: readonly Projection[],
  generation: number,
): Promise<string[]> {
  const lines: string[] = [];
  for (const table of projections.flatMap((one) => one.tables)) {
    const key = table.key.map((column) => `t.${column}`).join(', ');
    const rows = await pool.query<{ line: string }>(
      `SELECT t::text AS line FROM ${generationName(table.name, generation)} AS t ORDER BY ${key}`,
    );
    lines.push(...rows.rows.map(({ line }) => `${table.name} ${line}`));
  }
  return lines;
}
