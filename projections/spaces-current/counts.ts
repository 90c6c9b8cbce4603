import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { type Instant } from '../../domain/time/instant.ts';
import { all } from '../reading/page.ts';
import { fixedConditions, type SpaceFilter } from './filter.ts';
import { storedColumns, storedSpace } from './queries.ts';
import { stateAt } from './state-at.ts';

/** The seven that add up to the capacity (utilization-and-standards.md §2). */
export interface SpaceCounts {
  readonly capacity: number;
  readonly free: number;
  readonly occupied: number;
  readonly reserved_vacant: number;
  readonly reserved_occupied: number;
  readonly reserved_unknown: number;
  readonly unknown: number;
  readonly maintenance: number;
}

export interface CountsOfGroup extends SpaceCounts {
  readonly site_id: string;
  /** Null when grouped by site, and for the spaces of a site that are in no zone. */
  readonly zone_id: string | null;
}

type Bucket = Exclude<keyof SpaceCounts, 'capacity'>;
const BUCKETS = [
  'free',
  'occupied',
  'reserved_vacant',
  'reserved_occupied',
  'reserved_unknown',
  'unknown',
  'maintenance',
] as const satisfies readonly Bucket[];

const countRow = z.object({
  site_id: z.string(),
  zone_id: z.string().nullable(),
  bucket: z.enum(BUCKETS),
  spaces: z.number(),
});

/** How many live spaces are what, now. Overdue rows are recomputed, so that the counts are right without any clock. */
export async function manySpaceCounts(
  database: CommonQueryMethods,
  tenantId: string,
  groupBy: 'site' | 'zone',
  filter: Pick<SpaceFilter, 'siteId' | 'zoneId'>,
  at: Instant,
): Promise<readonly CountsOfGroup[]> {
  const conditions = all(fixedConditions(tenantId, filter));
  const zone = groupBy === 'zone' ? sql.fragment`zone_id` : sql.fragment`NULL::uuid`;
  // One snapshot for both halves: a space must not be in neither, or in both.
  const [settled, overdue] = await database.transaction(async (connection) => {
    await connection.query(sql.unsafe`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`);
    const counted = await connection.any(sql.type(countRow)`
      SELECT site_id, ${zone} AS zone_id, bucket, count(*) AS spaces FROM (
        SELECT site_id, zone_id, CASE
          WHEN state = 'MAINTENANCE' THEN 'maintenance'
          WHEN state = 'RESERVED' THEN 'reserved_' || lower(occupancy)
          WHEN available IS NULL THEN 'unknown'
          WHEN state = 'OCCUPIED' THEN 'occupied' ELSE 'free' END AS bucket
        FROM read_model.spaces_current
        WHERE ${conditions} AND (next_boundary_at IS NULL OR next_boundary_at > ${at}::timestamptz)) AS s
      GROUP BY 1, 2, 3`);
    const moved = await connection.any(sql.type(storedSpace)`
      SELECT ${storedColumns} FROM read_model.spaces_current
      WHERE ${conditions} AND next_boundary_at <= ${at}::timestamptz`);
    return [counted, moved] as const;
  });
  const recomputed = overdue.map((row) => {
    const { state, available } = stateAt(row, at);
    const zone_id = groupBy === 'zone' ? row.zone_id : null;
    return { site_id: row.site_id, zone_id, bucket: bucketOf(state, available, row.occupancy), spaces: 1 };
  });
  return grouped([...settled, ...recomputed]);
}

function bucketOf(state: string, available: boolean | null, occupancy: string): Bucket {
  if (state === 'MAINTENANCE') return 'maintenance';
  if (state === 'RESERVED') {
    if (occupancy === 'VACANT') return 'reserved_vacant';
    return occupancy === 'OCCUPIED' ? 'reserved_occupied' : 'reserved_unknown';
  }
  if (available === null) return 'unknown';
  return state === 'OCCUPIED' ? 'occupied' : 'free';
}

function grouped(rows: readonly z.infer<typeof countRow>[]): CountsOfGroup[] {
  const groups = new Map<string, { -readonly [K in keyof CountsOfGroup]: CountsOfGroup[K] }>();
  for (const { site_id, zone_id, bucket, spaces } of rows) {
    const key = `${site_id} ${zone_id ?? ''}`;
    const group = groups.get(key) ?? { site_id, zone_id, ...nothing };
    group[bucket] += spaces;
    group.capacity += spaces;
    groups.set(key, group);
  }
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

const nothing: SpaceCounts = {
  capacity: 0,
  free: 0,
  occupied: 0,
  reserved_vacant: 0,
  reserved_occupied: 0,
  reserved_unknown: 0,
  unknown: 0,
  maintenance: 0,
};
