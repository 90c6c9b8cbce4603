import { type Pool } from 'pg';
import { comparePositions } from '../../application/ports/event-store/position.ts';
import { type Projection } from './projection.ts';
import { lockBoth } from './swap.ts';
import { type AnyTable, generationName } from './table.ts';
import { inTransaction } from './transaction.ts';

export interface Difference {
  readonly table: string;
  readonly key: string;
  /** `missing`: only the rebuilt rows have it. `extra`: only the live ones. */
  readonly kind: 'missing' | 'extra' | 'different';
  readonly live: string | null;
  readonly rebuilt: string | null;
}

export interface Comparison {
  readonly rows: number;
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  /** The first 20 by key. */
  readonly examples: readonly Difference[];
}

const EXAMPLES = 20;

/**
 * Compares the live rows with the rebuilt ones, byte for byte, at one and the same position. Null where they are not at
 * the same position now. Both checkpoints are locked only until the snapshot is taken.
 */
export async function compareGenerations(
  pool: Pool,
  projection: Projection,
  built: number,
): Promise<Comparison | null> {
  const reader = await pool.connect();
  try {
    const live = await inTransaction(pool, async (client) => {
      const { current, built: other } = await lockBoth(client, projection, built);
      if (current.position === null || other.position === null) return null;
      if (comparePositions(current.position, other.position) !== 0) return null;
      await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await reader.query('SELECT 1');
      return current.generation;
    });
    if (live === null) return null;
    const parts: Comparison[] = [];
    for (const table of projection.tables) parts.push(await compareTables(reader, table, live, built));
    return summed(parts);
  } finally {
    await reader.query('ROLLBACK').catch(() => undefined);
    reader.release();
  }
}

async function compareTables(
  client: Pick<Pool, 'query'>,
  table: AnyTable,
  live: number,
  built: number,
): Promise<Comparison> {
  const same = table.key.map((column) => `l.${column} = r.${column}`).join(' AND ');
  const key = table.key.map((column) => `coalesce(l.${column}, r.${column})::text`).join(` || ' ' || `);
  const joined = `${generationName(table.name, live)} AS l FULL JOIN ${generationName(table.name, built)} AS r ON ${same}`;
  const [first] = table.key;
  const kind = `CASE WHEN l.${first} IS NULL THEN 'missing' WHEN r.${first} IS NULL THEN 'extra' ELSE 'different' END`;
  const counted = await client.query<{ rows: number; missing: number; extra: number; different: number }>(
    `SELECT count(*)::integer AS rows,
       count(*) FILTER (WHERE l.${first} IS NULL)::integer AS missing,
       count(*) FILTER (WHERE r.${first} IS NULL)::integer AS extra,
       count(*) FILTER (WHERE l.${first} IS NOT NULL AND r.${first} IS NOT NULL AND l::text <> r::text)::integer AS different
     FROM ${joined}`,
  );
  const examples = await client.query<Omit<Difference, 'table'>>(
    `SELECT ${key} AS key, ${kind} AS kind, l::text AS live, r::text AS rebuilt
     FROM ${joined} WHERE l::text IS DISTINCT FROM r::text ORDER BY 1 LIMIT ${EXAMPLES}`,
  );
  const counts = counted.rows[0] ?? { rows: 0, missing: 0, extra: 0, different: 0 };
  return { ...counts, examples: examples.rows.map((row) => ({ table: table.name, ...row })) };
}

function summed(parts: readonly Comparison[]): Comparison {
  const sum = (of: (part: Comparison) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  return {
    rows: sum((part) => part.rows),
    missing: sum((part) => part.missing),
    extra: sum((part) => part.extra),
    different: sum((part) => part.different),
    examples: parts.flatMap((part) => part.examples).slice(0, EXAMPLES),
  };
}

export function isEqual({ missing, extra, different }: Comparison): boolean {
  return missing + extra + different === 0;
}
