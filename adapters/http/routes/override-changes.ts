import { z } from 'zod';
import { derivedId } from '../../../application/ids/ids.ts';
import { overrideKindSchema } from '../../../domain/space/events.ts';
import { maybeOneOverride } from '../../../projections/overrides/queries.ts';
import { type Api } from '../api.ts';
import { accepted, answered, contextOf, protectedReason } from '../change.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { requireMatch } from '../etag.ts';
import { notFound } from '../problems/problem.ts';
import { changedOverrideOutput, overrideOf } from '../schemas/override.ts';
import { spaceOf } from '../schemas/space.ts';
import { idParams, instantInput, reasonInput } from '../schemas/wire.ts';
import { findSoon } from '../soon.ts';

const applyBody = z.strictObject({
  kind: overrideKindSchema,
  reason: reasonInput,
  starts_at: instantInput.optional().describe('Default: now'),
  ends_at: instantInput.optional().describe('Absent: until it is lifted'),
  on_conflict: z
    .enum(['reject', 'displace'])
    .default('reject')
    .describe('What OUT_OF_SERVICE and BLOCKED do with bookings in that time'),
  force: z.boolean().default(false).describe('FORCE_FREE although there is a booking'),
});

export function overrideChangeRoutes(api: Api, dependencies: HttpDependencies): void {
  const { handlers, now, read } = dependencies;

  api.post(
    '/spaces/:id/overrides',
    {
      config: {
        permission: 'operate',
        problems: ['conflict-override', 'in-the-past', 'decommissioned', 'conflict-revision'],
      },
      schema: {
        operationId: 'applyOverride',
        tags: ['overrides'],
        summary: 'Override the state of a space',
        params: idParams,
        body: applyBody,
        response: { 201: changedOverrideOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { id } = request.params;
      const { kind, ends_at: endsAt, force, on_conflict: onConflict, starts_at: startsAt } = request.body;
      const before = await handlers.space.load(context.tenantId, id);
      if (before.state.status === 'unregistered') throw notFound();
      const seen = requireMatch(request, spaceOf(id, before.state, before.revision, now()));
      const overrideId = derivedId(context.commandId, 'override');
      const { position, revision, state } = accepted(
        await handlers.space.handle(
          id,
          {
            type: 'ApplyOverride',
            overrideId,
            kind,
            reason: await protectedReason(dependencies, context, request.body.reason),
            startsAt: startsAt ?? context.decidedAt,
            onConflict,
            force,
            now: context.decidedAt,
            ...(endsAt === undefined ? {} : { endsAt }),
          },
          { ...context, ...seen, reasonCode: request.body.reason.code },
        ),
      );
      void reply.code(201).header('location', `/api/v1/overrides/${overrideId}`);
      return answered(reply, position, overrideOf(overrideId, id, state, revision, context.decidedAt));
    },
  );

  api.post(
    '/overrides/:id/lift',
    {
      config: { permission: 'operate' },
      schema: {
        operationId: 'liftOverride',
        tags: ['overrides'],
        summary: 'Lift an override',
        description: 'The state that was beneath it shows at once. Repeating it gives the same answer.',
        params: idParams,
        body: z.strictObject({ reason: reasonInput }),
        response: { 200: changedOverrideOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const overrideId = request.params.id;
      const { spaceId } = await findSoon(dependencies, 'overrides', () =>
        maybeOneOverride(read.database, context.tenantId, overrideId, now()),
      );
      const { position, revision, state } = accepted(
        await handlers.space.handle(
          spaceId,
          {
            type: 'LiftOverride',
            overrideId,
            reason: await protectedReason(dependencies, context, request.body.reason),
            now: context.decidedAt,
          },
          { ...context, reasonCode: request.body.reason.code },
        ),
      );
      return answered(reply, position, overrideOf(overrideId, spaceId, state, revision, context.decidedAt));
    },
  );
}
