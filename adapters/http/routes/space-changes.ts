import { type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { stepOf } from '../../../application/commands/command-context.ts';
import { derivedId } from '../../../application/ids/ids.ts';
import { decommissionSpace } from '../../../application/spaces/decommission-space.ts';
import { registerSpace } from '../../../application/spaces/register-space.ts';
import { codeSchema, nameSchema } from '../../../domain/identity/names.ts';
import { defaultPolicy } from '../../../domain/policy/policy.ts';
import { addSeconds } from '../../../domain/time/instant.ts';
import { type Api } from '../api.ts';
import { accepted, answered, contextOf, protectedReason } from '../change.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { requireMatch } from '../etag.ts';
import { principalOf } from '../guard.ts';
import { notFound, ProblemError } from '../problems/problem.ts';
import { noReason } from '../schemas/closing.ts';
import { changedSpaceOutput, spaceOf } from '../schemas/space.ts';
import {
  attributesInput,
  idInput,
  idParams,
  instantInput,
  locationInput,
  reasonInput,
} from '../schemas/wire.ts';

const createBody = z.strictObject({
  site_id: idInput,
  zone_id: idInput.optional(),
  code: codeSchema,
  name: nameSchema,
  building: nameSchema.optional(),
  attributes: attributesInput.default({}),
  location: locationInput.optional(),
  commissioned_at: instantInput.optional().describe('Default: now. The past: owner only'),
});

const changeBody = z.strictObject({
  name: nameSchema.optional(),
  building: nameSchema.nullable().optional(),
  attributes: attributesInput.nullable().optional(),
  location: locationInput.nullable().optional(),
  zone_id: idInput.nullable().optional(),
  valid_from: instantInput.optional().describe('From when the space is in its new zone; default: now'),
});

const decommissionBody = z
  .strictObject({
    reason: reasonInput.optional(),
    at: instantInput.optional().describe('Default: now'),
    on_conflict: z.enum(['reject', 'displace']).optional().describe('What becomes of bookings'),
  })
  .optional();

const COMMISSIONING_TOLERANCE_S = 60;

export function spaceChangeRoutes(api: Api, dependencies: HttpDependencies): void {
  const { handlers, now } = dependencies;

  api.post(
    '/spaces',
    {
      config: {
        permission: 'administer',
        problems: ['not-found', 'conflict-code', 'zone-closed', 'site-closed'],
      },
      schema: {
        operationId: 'registerSpace',
        tags: ['spaces'],
        summary: 'Register a space',
        body: createBody,
        response: { 201: changedSpaceOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { site_id: siteId, zone_id: zoneId, code, name, building, attributes, location } = request.body;
      const commissionedAt = request.body.commissioned_at ?? context.decidedAt;
      const isBackdated = commissionedAt < addSeconds(context.decidedAt, -COMMISSIONING_TOLERANCE_S);
      if (isBackdated && principalOf(request).role !== 'owner') {
        throw new ProblemError('forbidden', { detail: 'Only the owner may commission a space in the past.' });
      }
      await requirePlace(context.tenantId, siteId, zoneId);
      const { spaceId, position, revision } = accepted(
        await registerSpace(
          handlers,
          {
            siteId,
            code,
            name,
            attributes,
            commissionedAt,
            policy: defaultPolicy,
            ...(zoneId === undefined ? {} : { zoneId }),
            ...(building === undefined ? {} : { building }),
            ...(location === undefined ? {} : { location }),
          },
          context,
        ),
      );
      const { state } = await handlers.space.load(context.tenantId, spaceId);
      void reply.code(201).header('location', `/api/v1/spaces/${spaceId}`);
      return answered(reply, position, spaceOf(spaceId, state, revision, now()));
    },
  );

  api.patch(
    '/spaces/:id',
    {
      config: { permission: 'administer', problems: ['decommissioned', 'zone-closed', 'conflict-revision'] },
      schema: {
        operationId: 'changeSpace',
        tags: ['spaces'],
        summary: 'Rename, describe or move a space',
        description: 'What is absent stays; null removes.',
        params: idParams,
        body: changeBody,
        response: { 200: changedSpaceOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { id } = request.params;
      const { seen, siteId } = await spaceToChange(request, id);
      const { name, building, attributes, location, zone_id: zoneId, valid_from: validFrom } = request.body;
      if (typeof zoneId === 'string') {
        const zone = await requirePlace(context.tenantId, siteId, zoneId);
        if (zone?.status === 'closed') throw new ProblemError('zone-closed');
      }
      const change = {
        ...(name === undefined ? {} : { name }),
        ...(building === undefined ? {} : { building }),
        ...(attributes === undefined ? {} : { attributes: attributes ?? {} }),
        ...(location === undefined ? {} : { location }),
      };
      let outcome = accepted(
        await handlers.space.handle(
          id,
          { type: 'ChangeSpace', now: context.decidedAt, ...change },
          { ...context, ...seen },
        ),
      );
      if (zoneId !== undefined) {
        const move = { zoneId, validFrom: validFrom ?? context.decidedAt, now: context.decidedAt };
        const step = stepOf(context, derivedId(context.commandId, 'move'));
        outcome = accepted(await handlers.space.handle(id, { type: 'MoveSpaceToZone', ...move }, step));
      }
      return answered(reply, outcome.position, spaceOf(id, outcome.state, outcome.revision, now()));
    },
  );

  api.post(
    '/spaces/:id/decommission',
    {
      config: { permission: 'administer', problems: ['still-in-use', 'decommissioned', 'conflict-revision'] },
      schema: {
        operationId: 'decommissionSpace',
        tags: ['spaces'],
        summary: 'Take a space out of existence',
        description: 'Refused while there are bookings, unless they are displaced. Its history stays.',
        params: idParams,
        body: decommissionBody,
        response: { 200: changedSpaceOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { id } = request.params;
      const { seen } = await spaceToChange(request, id);
      const { at, reason: given = noReason, on_conflict: onConflict = 'reject' } = request.body ?? {};
      const reason = await protectedReason(dependencies, context, given);
      const outcome = accepted(
        await decommissionSpace(
          handlers,
          id,
          { at: at ?? context.decidedAt, reason, onConflict },
          { ...context, ...seen, reasonCode: given.code },
        ),
      );
      return answered(reply, outcome.position, spaceOf(id, outcome.state, outcome.revision, now()));
    },
  );

  async function spaceToChange(request: FastifyRequest, spaceId: string) {
    const { state, revision } = await handlers.space.load(principalOf(request).tenantId, spaceId);
    if (state.status === 'unregistered') throw notFound();
    const seen = requireMatch(request, spaceOf(spaceId, state, revision, now()));
    return { seen, siteId: state.siteId };
  }

  /** The site's stream knows its zones at once; the read model only a moment later. */
  async function requirePlace(tenantId: string, siteId: string, zoneId: string | undefined) {
    const { state } = await handlers.site.load(tenantId, siteId);
    if (state.status === 'unregistered') throw notFound('/site_id');
    if (zoneId === undefined) return undefined;
    const zone = state.zones.get(zoneId);
    // A zone of another site, of another tenant, or none at all.
    if (zone === undefined) throw notFound('/zone_id');
    return zone;
  }
}
