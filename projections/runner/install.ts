import { type Pool } from 'pg';
import { type Projection } from './projection.ts';
import { createTableSql, createViewSql } from './table.ts';
import { inTransaction } from './transaction.ts';

/** Any number that no other user of advisory locks in this program takes. */
export const INSTALL_LOCK = 4_711_001;

/**
 * Makes the first generation of every projection that has none yet: its tables, the views over them, a checkpoint.
 * Safe to call from every process at every start.
 */
export async function installProjections(pool: Pool, projections: readonly Projection[]): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [INSTALL_LOCK]);
    const known = await client.query<{ name: string }>('SELECT name FROM projection.projections');
    const installed = new Set(known.rows.map((row) => row.name));
    for (const projection of projections) {
      if (installed.has(projection.name)) continue;
      await client.query('INSERT INTO projection.projections (name, generation) VALUES ($1, 1)', [
        projection.name,
      ]);
      await client.query(
        'INSERT INTO projection.checkpoints (projection, generation, version) VALUES ($1, 1, $2)',
        [projection.name, projection.version],
      );
      for (const table of projection.tables) {
        await client.query(createTableSql(table, 1));
        await client.query(createViewSql(table, 1));
      }
    }
  });
}
