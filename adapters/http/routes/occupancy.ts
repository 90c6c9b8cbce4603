import { z } from 'zod';
import { manySpaceCounts } from '../../../projections/spaces-current/counts.ts';
import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { freshnessQuery, idInput, listOf, problemResponses } from '../schemas/wire.ts';

const countsOutput = z.object({
  site_id: z.string(),
  zone_id: z.string().nullable(),
  capacity: z.number(),
  free: z.number(),
  occupied: z.number(),
  reserved_vacant: z.number(),
  reserved_occupied: z.number(),
  reserved_unknown: z.number(),
  unknown: z.number(),
  maintenance: z.number(),
});

export function occupancyRoutes(api: Api, { read, now }: HttpDependencies): void {
  api.get(
    '/occupancy',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['occupancy'],
        summary: 'How many spaces are free now',
        description: 'Seven counts that add up to the capacity, per site or zone.',
        querystring: freshnessQuery.extend({
          group_by: z.enum(['site', 'zone']).default('site'),
          site_id: idInput.optional(),
          zone_id: idInput.optional(),
        }),
        response: { 200: listOf(countsOutput), ...problemResponses },
      },
    },
    async (request) => {
      const { group_by: groupBy, site_id: siteId, zone_id: zoneId } = request.query;
      const { tenantId } = principalOf(request);
      const items = await manySpaceCounts(read.database, tenantId, groupBy, { siteId, zoneId }, now());
      return { items: [...items], next_cursor: null };
    },
  );
}
