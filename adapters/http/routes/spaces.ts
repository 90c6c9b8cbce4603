import { manySpaces, maybeOneSpace } from '../../../projections/spaces-current/queries.ts';
import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { notFound } from '../problems/problem.ts';
import { shownSpace, spaceOutput } from '../schemas/space.ts';
import { spaceFilterOf, spaceListQuery } from '../schemas/space-filter.ts';
import { freshnessQuery, idParams, listOf } from '../schemas/wire.ts';

const reads = ['spaces_current'];

export function spaceRoutes(api: Api, { now, read }: HttpDependencies): void {
  api.get(
    '/spaces',
    {
      config: { permission: 'read', reads },
      schema: {
        operationId: 'listSpaces',
        tags: ['spaces'],
        summary: 'List spaces as they are now',
        description: 'Live ones, by site and code.',
        querystring: spaceListQuery,
        response: { 200: listOf(spaceOutput) },
      },
    },
    async (request) => {
      const at = now();
      const { tenantId } = principalOf(request);
      const page = await manySpaces(read.database, tenantId, spaceFilterOf(request.query), request.query, at);
      return { items: page.items.map((space) => shownSpace(space, at)), next_cursor: page.nextCursor };
    },
  );

  api.get(
    '/spaces/:id',
    {
      config: { permission: 'read', reads },
      schema: {
        operationId: 'readSpace',
        tags: ['spaces'],
        summary: 'A space as it is now',
        description: 'Decommissioned ones too.',
        params: idParams,
        querystring: freshnessQuery,
        response: { 200: spaceOutput },
      },
    },
    async (request) => {
      const at = now();
      const space = await maybeOneSpace(read.database, principalOf(request).tenantId, request.params.id, at);
      if (space === null) throw notFound();
      return shownSpace(space, at);
    },
  );
}
