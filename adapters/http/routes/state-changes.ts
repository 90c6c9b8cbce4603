import { z } from 'zod';
import { stateNameSchema } from '../../../domain/space/events.ts';
import { manyStateChanges, type StateChangeView } from '../../../projections/space-states/queries.ts';
import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { historyQuery } from '../schemas/history-query.ts';
import { idOutput, instantOutput, listOf } from '../schemas/wire.ts';

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

export function stateChangeRoutes(api: Api, { read }: HttpDependencies): void {
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
