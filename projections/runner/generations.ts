import { type ClientBase, type Pool } from 'pg';
import { acquireGeneration, type Checkpoint } from './checkpoints.ts';
import { INSTALL_LOCK } from './install.ts';
import { type Projection } from './projection.ts';
import { createTableSql, createViewSql, generationName, SCHEMA } from './table.ts';
import { inTransaction } from './transaction.ts';

/** Another process is building this projection beside the current one. */
export class RebuildUnderWayError extends Error {
  readonly code = 'rebuild-under-way';
  constructor(projection: string) {
    super(`${projection} is being rebuilt by another process`);
    this.name = 'RebuildUnderWayError';
  }
}

/**
 * Makes empty tables of the next generation beside the current one, under a lease of `owner`. What an earlier rebuild
 * left (the tables before its swap, or a build that was given up) goes now.
 */
export async function beginGeneration(
  pool: Pool,
  projection: Projection,
  owner: string,
  leaseMs: number,
): Promise<Checkpoint> {
  return inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [INSTALL_LOCK]);
    const known = await client.query<{ generation: number; is_current: boolean; is_held: boolean }>(
      `SELECT c.generation, c.generation = p.generation AS is_current,
         c.owner IS NOT NULL AND c.lease_until > clock_timestamp() AS is_held
       FROM projection.checkpoints AS c JOIN projection.projections AS p ON p.name = c.projection
       WHERE c.projection = $1 ORDER BY c.generation FOR UPDATE OF c`,
      [projection.name],
    );
    for (const { generation, is_current, is_held } of known.rows) {
      if (is_current) continue;
      if (is_held) throw new RebuildUnderWayError(projection.name);
      await dropGeneration(client, projection, generation);
    }
    const generation = Math.max(0, ...known.rows.map((row) => row.generation)) + 1;
    await client.query(
      `INSERT INTO projection.checkpoints (projection, generation, version, status) VALUES ($1, $2, $3, 'booting')`,
      [projection.name, generation, projection.version],
    );
    for (const table of projection.tables) await client.query(createTableSql(table, generation));
    const checkpoint = await acquireGeneration(client, projection.name, generation, owner, leaseMs);
    if (checkpoint === null) throw new Error('a checkpoint that was just written is gone');
    return checkpoint;
  });
}

export async function dropGeneration(
  client: ClientBase,
  projection: Projection,
  generation: number,
): Promise<void> {
  for (const table of projection.tables)
    await client.query(`DROP TABLE IF EXISTS ${generationName(table.name, generation)}`);
  await client.query('DELETE FROM projection.checkpoints WHERE projection = $1 AND generation = $2', [
    projection.name,
    generation,
  ]);
}

/** Points the views and the pointer row at a generation. */
export async function showGeneration(
  client: ClientBase,
  projection: Projection,
  generation: number,
): Promise<void> {
  for (const table of projection.tables) {
    await client.query('SAVEPOINT view');
    try {
      await client.query(createViewSql(table, generation));
    } catch (error) {
      // Another shape of the table: the view cannot keep its columns.
      if ((error as { code?: unknown }).code !== '42P16') throw error;
      await client.query('ROLLBACK TO SAVEPOINT view');
      await client.query(`DROP VIEW ${SCHEMA}.${table.name}`);
      await client.query(createViewSql(table, generation));
    }
    await client.query('RELEASE SAVEPOINT view');
  }
  await client.query('UPDATE projection.projections SET generation = $2 WHERE name = $1', [
    projection.name,
    generation,
  ]);
}
