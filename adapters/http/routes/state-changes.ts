import { z } from 'zod';
import { stateNameSchema } from '../../../domain/space/events.ts';
import { manySessions } from '../../../projections/sessions/queries.ts';
import { manyStateChanges, type StateChangeView } from '../../../projections/space-states/queries.ts';
import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { idInput, idOutput, instantInput, instantOutput, listOf, listQuery } from '../schemas/wire.ts';

const historyQuery = listQuery.extend({
  space_id: idInput.optional(),
  zone_id: idInput.optional(),
  site_id: idInput.optional(),
  from: instantInput.optional(),
  to: instantInput.optional(),
});

const sessionOutput = z
  .object({
    id: idOutput,
    space_id: idOutput,
    start_time: instantOutput,
    end_time: instantOutput.nullable(),
    duration_s: z.number().nullable(),
    uncertainty_s: z.number(),
    quality: z.enum(['clean', 'bridged', 'uncertain', 'corrected']),
    correction_no: z.number(),
    source: z.enum(['sensor', 'staff', 'import']),
  })
  .meta({ id: 'Stay' });

const stateChangeOutput = z
  .object({
    space_id: idOutput,
    from: stateNameSchema.nullable(),
    to: stateNameSchema,
    available: z.boolean().nullable(),
    effective_at: instantOutput,
    until: instantOutput.nullable(),
    cause: z.object({ event: z.string(), id: z.string().nullable() }),
    tags: z.array(z.string()),
    revision: z.number(),
  })
  .meta({ id: 'StateChange' });

export function historyRoutes(api: Api, { read }: HttpDependencies): void {
  api.get(
    '/sessions',
    {
      config: { permission: 'analyse', reads: ['sessions', 'spaces_current'] },
      schema: {
        operationId: 'listSessions',
        tags: ['history'],
        summary: 'Stays, as far as a bay can tell',
        querystring: historyQuery,
        response: { 200: listOf(sessionOutput) },
      },
    },
    async (request) => {
      const { space_id: spaceId, zone_id: zoneId, site_id: siteId, from, to } = request.query;
      const filter = { spaceId, zoneId, siteId, from, to };
      const page = await manySessions(read.database, principalOf(request).tenantId, filter, request.query);
      return { items: [...page.items], next_cursor: page.nextCursor };
    },
  );

  api.get(
    '/state-changes',
    {
      config: { permission: 'analyse', reads: ['space_states', 'spaces_current'] },
      schema: {
        operationId: 'listStateChanges',
        tags: ['history'],
        summary: 'States as they were announced',
        description:
          'Never restated. What was true, as far as it is known today, is in the sessions and the audit.',
        querystring: historyQuery,
        response: { 200: listOf(stateChangeOutput) },
      },
    },
    async (request) => {
      const { space_id: spaceId, zone_id: zoneId, site_id: siteId, from, to } = request.query;
      const filter = { spaceId, zoneId, siteId, from, to };
      const page = await manyStateChanges(
        read.database,
        principalOf(request).tenantId,
        filter,
        request.query,
      );
      return { items: page.items.map(stateChangeView), next_cursor: page.nextCursor };
    },
  );
}

function stateChangeView(change: StateChangeView) {
  return {
    space_id: change.space_id,
    from: change.former_state,
    to: change.state,
    available: change.available,
    effective_at: change.from_at,
    until: change.to_at,
    cause: { event: change.cause_event, id: change.cause_id },
    tags: change.tags,
    revision: change.from_revision,
  };
}
