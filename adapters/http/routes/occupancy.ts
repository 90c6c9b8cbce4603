import { z } from 'zod';
import { manyTrends } from '../../../projections/occupancy-intervals/queries.ts';
import { manySpaceCounts } from '../../../projections/spaces-current/counts.ts';
import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { freshnessQuery, idInput, idOutput, listOf } from '../schemas/wire.ts';

const count = z.number().int();
const countsOutput = z
  .object({
    site_id: idOutput,
    zone_id: idOutput.nullable().describe('null: grouped by site, or spaces that are in no zone'),
    capacity: count.describe('The sum of the seven counts'),
    free: count,
    occupied: count,
    reserved_vacant: count,
    reserved_occupied: count,
    reserved_unknown: count,
    unknown: count,
    maintenance: count,
    trend: z
      .enum([
        'stable',
        'increasingSlowly',
        'increasingQuickly',
        'decreasingSlowly',
        'decreasingQuickly',
        'unknown',
      ])
      .describe('Of the occupied share over the last 30 minutes'),
  })
  .meta({ id: 'Occupancy' });

export function occupancyRoutes(api: Api, { now, read }: HttpDependencies): void {
  api.get(
    '/occupancy',
    {
      config: { permission: 'read', reads: ['spaces_current', 'occupancy_intervals'] },
      schema: {
        operationId: 'readOccupancy',
        tags: ['occupancy'],
        summary: 'How many spaces are free now',
        description: 'Seven counts that add up to the capacity, per site or zone.',
        querystring: freshnessQuery.extend({
          group_by: z.enum(['site', 'zone']).default('site'),
          site_id: idInput.optional(),
          zone_id: idInput.optional(),
        }),
        response: { 200: listOf(countsOutput) },
      },
    },
    async (request) => {
      const { group_by: groupBy, site_id: siteId, zone_id: zoneId } = request.query;
      const { tenantId } = principalOf(request);
      const at = now();
      const filter = { siteId, zoneId };
      const [counts, trends] = await Promise.all([
        manySpaceCounts(read.database, tenantId, groupBy, filter, at),
        manyTrends(read.database, tenantId, groupBy, filter, at),
      ]);
      const items = counts.map((group) => ({
        ...group,
        trend:
          trends.find((one) => one.site_id === group.site_id && one.zone_id === group.zone_id)?.trend ??
          ('unknown' as const),
      }));
      return { items, next_cursor: null };
    },
  );
}
