import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { addSeconds, type Instant } from '../../domain/time/instant.ts';
import { all } from '../reading/page.ts';
import { scopeConditions, type SpaceScope } from '../reading/space-scope.ts';

/** How occupancy moves (utilization-and-standards.md §6). */
export type Trend =
  'stable' | 'increasingSlowly' | 'increasingQuickly' | 'decreasingSlowly' | 'decreasingQuickly' | 'unknown';

export interface TrendOfGroup {
  readonly site_id: string;
  readonly zone_id: string | null;
  readonly trend: Trend;
}

const WINDOW_S = 1800;

const trendRow = z.object({
  site_id: z.string(),
  zone_id: z.string().nullable(),
  spaces: z.number(),
  occupied_now: z.number(),
  observed_now: z.number(),
  occupied_then: z.number(),
  observed_then: z.number(),
});

/** The change of the occupied share over the last 30 minutes, per site or zone. */
export async function manyTrends(
  database: CommonQueryMethods,
  tenantId: string,
  groupBy: 'site' | 'zone',
  filter: SpaceScope,
  at: Instant,
): Promise<readonly TrendOfGroup[]> {
  const zone = groupBy === 'zone' ? sql.fragment`s.zone_id` : sql.fragment`NULL::uuid`;
  const then = sql.fragment`${addSeconds(at, -WINDOW_S)}::timestamptz`;
  const rows = await database.any(sql.type(trendRow)`
    SELECT s.site_id, ${zone} AS zone_id, count(*) AS spaces,
      count(*) FILTER (WHERE s.occupancy = 'OCCUPIED') AS occupied_now,
      count(*) FILTER (WHERE s.occupancy <> 'UNKNOWN') AS observed_now,
      count(*) FILTER (WHERE before.value = 'OCCUPIED') AS occupied_then,
      count(*) FILTER (WHERE before.value <> 'UNKNOWN') AS observed_then
    FROM (SELECT * FROM read_model.spaces_current
          WHERE ${all(scopeConditions(tenantId, filter))} AND status = 'live') AS s
    LEFT JOIN LATERAL (
      SELECT o.value FROM read_model.occupancy_intervals AS o
      WHERE o.tenant_id = s.tenant_id AND o.space_id = s.space_id AND o.from_at <= ${then}
      ORDER BY o.from_at DESC LIMIT 1) AS before ON TRUE
    GROUP BY 1, 2 ORDER BY 1, 2`);
  return rows.map(({ site_id, zone_id, ...counts }) => ({ site_id, zone_id, trend: trendOf(counts) }));
}

export function trendOf(counts: Omit<z.infer<typeof trendRow>, 'site_id' | 'zone_id'>): Trend {
  const { spaces, occupied_now, observed_now, occupied_then, observed_then } = counts;
  // Where most spaces are silent, now or then, a share says nothing.
  if (observed_now * 2 < spaces || observed_then * 2 < spaces) return 'unknown';
  if (observed_now === 0 || observed_then === 0) return 'unknown';
  const change = occupied_now / observed_now - occupied_then / observed_then;
  const size = Math.abs(change);
  if (size < 0.02) return 'stable';
  const direction = change > 0 ? 'increasing' : 'decreasing';
  return size < 0.1 ? `${direction}Slowly` : `${direction}Quickly`;
}
