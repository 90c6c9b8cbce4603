import { z } from 'zod';
import { overrideKindSchema } from '../../../domain/space/events.ts';
import { manyOverrides, maybeOneOverride } from '../../../projections/overrides/queries.ts';
import { maybeOneStoredSpace } from '../../../projections/spaces-current/queries.ts';
import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { notFound } from '../problems/problem.ts';
import { overrideOutput, shownOverride } from '../schemas/override.ts';
import { freshnessQuery, idInput, idParams, listOf, listQuery } from '../schemas/wire.ts';

const filterQuery = listQuery.extend({
  kind: overrideKindSchema.optional(),
  status: z.enum(['scheduled', 'active', 'ended']).optional(),
});

export function overrideRoutes(api: Api, { now, read }: HttpDependencies): void {
  api.get(
    '/overrides',
    {
      config: { permission: 'read', reads: ['overrides', 'spaces_current'] },
      schema: {
        operationId: 'listOverrides',
        tags: ['overrides'],
        summary: 'List overrides by start',
        querystring: filterQuery.extend({
          space_id: idInput.optional(),
          site_id: idInput.optional(),
          zone_id: idInput.optional(),
        }),
        response: { 200: listOf(overrideOutput) },
      },
    },
    async (request) => {
      const { query } = request;
      const { space_id: spaceId, site_id: siteId, zone_id: zoneId, kind, status } = query;
      const filter = { spaceId, siteId, zoneId, kind, status };
      const page = await manyOverrides(read.database, principalOf(request).tenantId, filter, query, now());
      return { items: page.items.map(shownOverride), next_cursor: page.nextCursor };
    },
  );

  api.get(
    '/spaces/:id/overrides',
    {
      config: { permission: 'read', reads: ['overrides', 'spaces_current'] },
      schema: {
        operationId: 'listOverridesOfSpace',
        tags: ['overrides'],
        summary: 'The overrides of a space by start',
        params: idParams,
        querystring: filterQuery,
        response: { 200: listOf(overrideOutput) },
      },
    },
    async (request) => {
      const { query } = request;
      const { tenantId } = principalOf(request);
      const space = await maybeOneStoredSpace(read.database, tenantId, request.params.id);
      if (space === null) throw notFound();
      const filter = { spaceId: space.space_id, kind: query.kind, status: query.status };
      const page = await manyOverrides(read.database, tenantId, filter, query, now());
      return { items: page.items.map(shownOverride), next_cursor: page.nextCursor };
    },
  );

  api.get(
    '/overrides/:id',
    {
      config: { permission: 'read', reads: ['overrides'] },
      schema: {
        operationId: 'readOverride',
        tags: ['overrides'],
        summary: 'Read an override',
        params: idParams,
        querystring: freshnessQuery,
        response: { 200: overrideOutput },
      },
    },
    async (request) => {
      const { tenantId } = principalOf(request);
      const override = await maybeOneOverride(read.database, tenantId, request.params.id, now());
      if (override === null) throw notFound();
      return shownOverride(override);
    },
  );
}
