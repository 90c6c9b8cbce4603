import { z } from 'zod';
import { derivedId } from '../../../application/ids/ids.ts';
import { overrideKindSchema } from '../../../domain/space/events.ts';
import {
  manyOverrides,
  maybeOneOverride,
  type OverrideView,
} from '../../../projections/overrides/queries.ts';
import { type Api } from '../api.ts';
import { answered, contextOf, protectedReason } from '../change.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { notFound, refused } from '../problems/problem.ts';
import { findSoon } from '../soon.ts';
import {
  freshnessQuery,
  idInput,
  idParams,
  instantInput,
  instantOutput,
  listOf,
  listQuery,
  positionField,
  problemResponses,
  reasonInput,
} from '../schemas/wire.ts';

const overrideOutput = z.object({
  id: z.string(),
  space_id: z.string(),
  kind: overrideKindSchema,
  reason: z.object({ code: z.string() }).describe('The text is personal data'),
  status: z.enum(['scheduled', 'active', 'ended']),
  starts_at: instantOutput,
  ends_at: instantOutput.nullable(),
  applied_at: instantOutput,
  ended_at: instantOutput.nullable(),
  end_cause: z.enum(['expired', 'lifted', 'decommissioned']).nullable(),
});

const applyBody = z.strictObject({
  kind: overrideKindSchema,
  reason: reasonInput,
  starts_at: instantInput.optional(),
  ends_at: instantInput.optional(),
  on_conflict: z.enum(['reject', 'displace']).default('reject'),
  force: z.boolean().default(false).describe('FORCE_FREE over a confirmed booking'),
});

const changeOutput = z.object({
  id: z.string(),
  space_id: z.string(),
  state: z.string().describe('Of the space, now'),
  revision: z.number(),
  ...positionField,
});

export function overrideRoutes(api: Api, dependencies: HttpDependencies): void {
  const { handlers, read, now } = dependencies;

  api.post(
    '/spaces/:id/overrides',
    {
      config: { permission: 'operate' },
      schema: {
        tags: ['overrides'],
        summary: 'Override the state of a space',
        description: 'OUT_OF_SERVICE and BLOCKED displace bookings only when told to.',
        params: idParams,
        body: applyBody,
        response: { 201: changeOutput, ...problemResponses },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const spaceId = request.params.id;
      const { kind, ends_at: endsAt, on_conflict: onConflict, force } = request.body;
      const overrideId = derivedId(context.commandId, 'override');
      const outcome = await handlers.space.handle(
        spaceId,
        {
          type: 'ApplyOverride',
          overrideId,
          kind,
          reason: await protectedReason(dependencies, context, request.body.reason),
          startsAt: request.body.starts_at ?? context.decidedAt,
          onConflict,
          force,
          now: context.decidedAt,
          ...(endsAt === undefined ? {} : { endsAt }),
        },
        { ...context, reasonCode: request.body.reason.code },
      );
      if (!outcome.ok) throw refused(outcome.rejection);
      void reply.code(201).header('location', `/api/v1/overrides/${overrideId}`);
      return answered(reply, outcome.position, {
        id: overrideId,
        space_id: spaceId,
        state: outcome.state.status === 'unregistered' ? 'FREE' : (outcome.state.announced?.state ?? 'FREE'),
        revision: outcome.revision ?? 0,
      });
    },
  );

  api.get(
    '/spaces/:id/overrides',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['overrides'],
        summary: 'The overrides of a space',
        params: idParams,
        querystring: listQuery,
        response: { 200: listOf(overrideOutput), ...problemResponses },
      },
    },
    async (request) => {
      const filter = { spaceId: request.params.id };
      const page = await manyOverrides(
        read.database,
        principalOf(request).tenantId,
        filter,
        request.query,
        now(),
      );
      return { items: page.items.map(overrideView), next_cursor: page.nextCursor };
    },
  );

  api.get(
    '/overrides',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['overrides'],
        summary: 'List overrides',
        querystring: listQuery.extend({
          space_id: idInput.optional(),
          site_id: idInput.optional(),
          zone_id: idInput.optional(),
          kind: overrideKindSchema.optional(),
          status: z.enum(['scheduled', 'active', 'ended']).optional(),
        }),
        response: { 200: listOf(overrideOutput), ...problemResponses },
      },
    },
    async (request) => {
      const { space_id: spaceId, site_id: siteId, zone_id: zoneId, kind, status } = request.query;
      const filter = { spaceId, siteId, zoneId, kind, status };
      const page = await manyOverrides(
        read.database,
        principalOf(request).tenantId,
        filter,
        request.query,
        now(),
      );
      return { items: page.items.map(overrideView), next_cursor: page.nextCursor };
    },
  );

  api.get(
    '/overrides/:id',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['overrides'],
        summary: 'Read an override',
        params: idParams,
        querystring: freshnessQuery,
        response: { 200: overrideOutput, ...problemResponses },
      },
    },
    async (request) => {
      const override = await maybeOneOverride(
        read.database,
        principalOf(request).tenantId,
        request.params.id,
        now(),
      );
      if (override === null) throw notFound();
      return overrideView(override);
    },
  );

  api.post(
    '/overrides/:id/lift',
    {
      config: { permission: 'operate' },
      schema: {
        tags: ['overrides'],
        summary: 'Lift an override',
        description: 'The state that was beneath it shows at once. Repeating it gives the same answer.',
        params: idParams,
        body: z.strictObject({ reason: reasonInput }),
        response: { 200: changeOutput, ...problemResponses },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const overrideId = request.params.id;
      const override = await findSoon(dependencies, () =>
        maybeOneOverride(read.database, context.tenantId, overrideId, now()),
      );
      const outcome = await handlers.space.handle(
        override.spaceId,
        {
          type: 'LiftOverride',
          overrideId,
          reason: await protectedReason(dependencies, context, request.body.reason),
          now: context.decidedAt,
        },
        { ...context, reasonCode: request.body.reason.code },
      );
      if (!outcome.ok) throw refused(outcome.rejection);
      return answered(reply, outcome.position, {
        id: overrideId,
        space_id: override.spaceId,
        state: outcome.state.status === 'unregistered' ? 'FREE' : (outcome.state.announced?.state ?? 'FREE'),
        revision: outcome.revision ?? 0,
      });
    },
  );
}

function overrideView(override: OverrideView) {
  return {
    id: override.overrideId,
    space_id: override.spaceId,
    kind: override.kind,
    reason: { code: override.reason.code },
    status: override.status,
    starts_at: override.startsAt,
    ends_at: override.endsAt,
    applied_at: override.appliedAt,
    ended_at: override.endedAt,
    end_cause: override.endCause,
  };
}
