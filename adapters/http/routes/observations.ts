import { z } from 'zod';
import { derivedId, sessionId } from '../../../application/ids/ids.ts';
import { addSeconds } from '../../../domain/time/instant.ts';
import { type Api } from '../api.ts';
import { accepted, answered, contextOf, protectedReason } from '../change.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { requireMatch } from '../etag.ts';
import { notFound, ProblemError } from '../problems/problem.ts';
import { changedSpaceOutput, spaceOf } from '../schemas/space.ts';
import { idParams, instantInput, reasonInput } from '../schemas/wire.ts';

/** A clock on a phone may be a little ahead of ours. */
const AHEAD_S = 120;

const observationBody = z.strictObject({
  occupancy: z.enum(['VACANT', 'OCCUPIED']),
  observed_at: instantInput.optional().describe('Default: now'),
  reason: reasonInput.optional(),
});

export function observationRoutes(api: Api, dependencies: HttpDependencies): void {
  const { handlers, now } = dependencies;
  api.post(
    '/spaces/:id/observations',
    {
      config: {
        permission: 'operate',
        problems: ['too-far-ahead', 'invalid-transition', 'conflict-revision'],
      },
      schema: {
        operationId: 'observeSpace',
        tags: ['spaces'],
        summary: 'Say what a member of staff saw',
        description:
          'Weaker than an override: the next newer word of the sensor replaces it. What was seen before the present ' +
          'began corrects the past.',
        params: idParams,
        body: observationBody,
        response: { 201: changedSpaceOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { id } = request.params;
      const { occupancy, observed_at: observedAt = context.decidedAt, reason } = request.body;
      const before = await handlers.space.load(context.tenantId, id);
      if (before.state.status === 'unregistered') throw notFound();
      const seen = requireMatch(request, spaceOf(id, before.state, before.revision, now()));
      if (observedAt > addSeconds(context.decidedAt, AHEAD_S)) {
        const facts = { limit_s: AHEAD_S };
        throw new ProblemError('too-far-ahead', { detail: 'Nobody can have seen that yet.', facts });
      }
      const observationId = derivedId(context.commandId, 'observation');
      const { position, revision, state } = accepted(
        await handlers.space.handle(
          id,
          {
            type: 'ObserveOccupancy',
            value: occupancy,
            since: observedAt,
            source: 'staff',
            uncertaintyS: 0,
            sessionId: sessionId(id, observationId),
            sessionIdOf: (openedBy) => sessionId(id, openedBy),
            observation: {
              id: observationId,
              ...(reason === undefined
                ? {}
                : { reason: await protectedReason(dependencies, context, reason) }),
            },
            now: context.decidedAt,
          },
          { ...context, ...seen, ...(reason === undefined ? {} : { reasonCode: reason.code }) },
        ),
      );
      void reply.code(201);
      return answered(reply, position, spaceOf(id, state, revision, now()));
    },
  );
}
