import { z } from 'zod';
import { addSeconds } from '../../../domain/time/instant.ts';
import { maybeOneSite } from '../../../projections/sites/queries.ts';
import { maybeOneSpace } from '../../../projections/spaces-current/queries.ts';
import { manyUtilization } from '../../../projections/utilization/queries.ts';
import { maybeOneZone } from '../../../projections/zones/queries.ts';
import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { notFound } from '../problems/problem.ts';
import { requireWindow, windowQuery } from '../schemas/window.ts';
import { idInput, instantOutput, listOf } from '../schemas/wire.ts';

const ratio = z.number().nullable();
const rowOutput = z
  .object({
    start_time: instantOutput,
    end_time: instantOutput,
    local_date: z.string(),
    local_hour: z.number().nullable(),
    utc_offset_s: z.number().nullable(),
    fold: z.number().nullable(),
    oos_s: z.number(),
    unknown_s: z.number(),
    occupied_s: z.number(),
    vacant_s: z.number(),
    closed_unknown_s: z.number(),
    closed_occupied_s: z.number(),
    closed_vacant_s: z.number(),
    arrivals: z.number(),
    departures: z.number(),
    dwell_sum_s: z.number(),
    dwell_n: z.number(),
    dwell_n_uncertain: z.number(),
    calendar_s: z.number(),
    available_s: z.number(),
    observed_s: z.number(),
    occupancy_ratio: ratio,
    coverage: ratio,
    occupancy_lower: ratio,
    occupancy_upper: ratio,
    turnover_per_space_hour: ratio,
    parking_load_space_hours: z.number(),
    dwell_avg_s: ratio,
    dwell_median_s: ratio,
    open_at_end: z.number(),
    spaces: z.number(),
    revision: z.number(),
    sealed: z.boolean(),
    computed_through: instantOutput,
  })
  .meta({ id: 'Utilization' });

const DAY_S = 86_400;
const MAX_S = { hour: 31 * DAY_S, day: 400 * DAY_S } as const;

export function utilizationRoutes(api: Api, { read, now }: HttpDependencies): void {
  api.get(
    '/utilization',
    {
      config: { permission: 'analyse', reads: ['utilization', 'spaces_current', 'zones', 'sites'] },
      schema: {
        operationId: 'readUtilization',
        tags: ['utilization'],
        summary: 'Utilization by local hours or days',
        description:
          'Seconds add up over time and spaces; ratios are divided last. A ratio of nothing observed is null, never 0. ' +
          'At most 31 days of hours or 400 days.',
        querystring: windowQuery.extend({
          scope: z.enum(['space', 'zone', 'site']),
          id: idInput,
          grain: z.enum(['hour', 'day']).default('hour'),
          basis: z.enum(['calendar', 'open_hours']).default('calendar'),
        }),
        response: { 200: listOf(rowOutput) },
      },
    },
    async (request) => {
      const { scope, id, grain, basis } = request.query;
      const { tenantId } = principalOf(request);
      const at = now();
      const { from, to } = requireWindow(
        request.query,
        { from: addSeconds(at, -DAY_S), to: at },
        MAX_S[grain],
      );
      const exists = {
        space: () => maybeOneSpace(read.database, tenantId, id, at),
        zone: () => maybeOneZone(read.database, tenantId, id),
        site: () => maybeOneSite(read.database, tenantId, id, at),
      }[scope];
      if ((await exists()) === null) throw notFound();
      const items = await manyUtilization(read.database, tenantId, { scope, id, from, to, grain, basis }, at);
      return { items: [...items], next_cursor: null };
    },
  );
}
