import { z } from 'zod';
import { derivedId } from '../../../application/ids/ids.ts';
import { capacityBasisSchema } from '../../../domain/site/events.ts';
import { type SiteState } from '../../../domain/site/state.ts';
import { addSeconds } from '../../../domain/time/instant.ts';
import { manyAvailabilities } from '../../../projections/spaces-current/queries.ts';
import { manyZones, maybeOneZone, type Zone } from '../../../projections/zones/queries.ts';
import { type Api } from '../api.ts';
import { answered, contextOf, protectedReason } from '../change.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { requireMatch } from '../etag.ts';
import { principalOf } from '../guard.ts';
import { notFound, refused } from '../problems/problem.ts';
import { findSoon } from '../soon.ts';
import {
  attributesInput,
  codeInput,
  freshnessQuery,
  idInput,
  idParams,
  instantOutput,
  listOf,
  listQuery,
  nameInput,
  positionField,
  problemResponses,
  reasonInput,
} from '../schemas/wire.ts';
import { attributesOf, attributesQuery, requireWindow, windowQuery } from '../schemas/window.ts';

const zoneOutput = z.object({
  id: z.string(),
  site_id: z.string(),
  code: z.string(),
  name: z.string(),
  attributes: z.record(z.string(), z.string()),
  capacity_basis: capacityBasisSchema,
  status: z.enum(['open', 'closed']),
  revision: z.number().describe('Of the site, which holds its zones'),
});
const changedZone = zoneOutput.extend(positionField);

const MAX_AVAILABILITY_S = 31 * 86_400;

export function zoneRoutes(api: Api, dependencies: HttpDependencies): void {
  const { handlers, read, now } = dependencies;

  api.post(
    '/zones',
    {
      config: { permission: 'administer' },
      schema: {
        tags: ['zones'],
        summary: 'Add a zone to a site',
        body: z.strictObject({
          site_id: idInput,
          code: codeInput,
          name: nameInput,
          attributes: attributesInput.default({}),
          capacity_basis: capacityBasisSchema.default('demarcated'),
        }),
        response: { 201: changedZone, ...problemResponses },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { site_id: siteId, code, name, attributes, capacity_basis: capacityBasis } = request.body;
      const zoneId = derivedId(context.commandId, 'zone');
      const outcome = await handlers.site.handle(
        siteId,
        { type: 'AddZone', zoneId, code, name, attributes, capacityBasis, now: context.decidedAt },
        context,
      );
      if (!outcome.ok) throw refused(outcome.rejection);
      void reply.code(201).header('location', `/api/v1/zones/${zoneId}`);
      return answered(reply, outcome.position, zoneOf(siteId, zoneId, outcome.state, outcome.revision));
    },
  );

  api.get(
    '/zones',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['zones'],
        summary: 'List zones',
        querystring: listQuery.extend({ site_id: idInput.optional() }),
        response: { 200: listOf(zoneOutput), ...problemResponses },
      },
    },
    async (request) => {
      const filter = { siteId: request.query.site_id };
      const page = await manyZones(read.database, principalOf(request).tenantId, filter, request.query);
      return { items: page.items.map(zoneView), next_cursor: page.nextCursor };
    },
  );

  api.get(
    '/zones/:id',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['zones'],
        summary: 'Read a zone',
        params: idParams,
        querystring: freshnessQuery,
        response: { 200: zoneOutput, ...problemResponses },
      },
    },
    async (request) => zoneView(await oneZone(principalOf(request).tenantId, request.params.id)),
  );

  api.patch(
    '/zones/:id',
    {
      config: { permission: 'administer' },
      schema: {
        tags: ['zones'],
        summary: 'Change a zone',
        params: idParams,
        body: z.strictObject({
          code: codeInput.optional(),
          name: nameInput.optional(),
          attributes: attributesInput.optional(),
          capacity_basis: capacityBasisSchema.optional(),
        }),
        response: { 200: changedZone, ...problemResponses },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { siteId } = await oneZone(context.tenantId, request.params.id);
      const before = await handlers.site.load(context.tenantId, siteId);
      requireMatch(request, zoneOf(siteId, request.params.id, before.state, before.revision));
      const { code, name, attributes, capacity_basis: capacityBasis } = request.body;
      const outcome = await handlers.site.handle(
        siteId,
        {
          type: 'ChangeZone',
          zoneId: request.params.id,
          now: context.decidedAt,
          ...(code === undefined ? {} : { code }),
          ...(name === undefined ? {} : { name }),
          ...(attributes === undefined ? {} : { attributes }),
          ...(capacityBasis === undefined ? {} : { capacityBasis }),
        },
        context,
      );
      if (!outcome.ok) throw refused(outcome.rejection);
      return answered(
        reply,
        outcome.position,
        zoneOf(siteId, request.params.id, outcome.state, outcome.revision),
      );
    },
  );

  api.post(
    '/zones/:id/close',
    {
      config: { permission: 'administer' },
      schema: {
        tags: ['zones'],
        summary: 'Close a zone',
        description: 'No space can be added to it afterwards; those that are in it stay.',
        params: idParams,
        body: z.strictObject({ reason: reasonInput }),
        response: { 200: changedZone, ...problemResponses },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { siteId } = await oneZone(context.tenantId, request.params.id);
      const reason = await protectedReason(dependencies, context, request.body.reason);
      const zoneId = request.params.id;
      const outcome = await handlers.site.handle(
        siteId,
        { type: 'CloseZone', zoneId, reason, now: context.decidedAt },
        context,
      );
      if (!outcome.ok) throw refused(outcome.rejection);
      return answered(reply, outcome.position, zoneOf(siteId, zoneId, outcome.state, outcome.revision));
    },
  );

  api.get(
    '/zones/:id/availability',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['availability'],
        summary: 'The free times of the spaces of a zone',
        params: idParams,
        querystring: windowQuery.extend(attributesQuery),
        response: {
          200: z.object({
            zone_id: z.string(),
            from: instantOutput,
            to: instantOutput,
            spaces: z.array(
              z.object({
                space_id: z.string(),
                code: z.string(),
                free: z.array(z.object({ start_time: instantOutput, end_time: instantOutput })),
                next_available_slot: instantOutput.nullable(),
              }),
            ),
          }),
          ...problemResponses,
        },
      },
    },
    async (request) => {
      const { tenantId } = principalOf(request);
      const { zoneId } = await oneZone(tenantId, request.params.id);
      const at = now();
      const window = requireWindow(
        request.query,
        { from: at, to: addSeconds(at, 86_400) },
        MAX_AVAILABILITY_S,
      );
      const filter = { zoneId, attributes: attributesOf(request.query.attributes) };
      const spaces = await manyAvailabilities(read.database, tenantId, filter, window, at);
      return {
        zone_id: zoneId,
        ...window,
        spaces: spaces.map(({ space, free }) => ({
          space_id: space.id,
          code: space.code,
          free: free.map((one) => ({ start_time: one.from, end_time: one.to })),
          next_available_slot: space.next_available_slot,
        })),
      };
    },
  );

  /** A change of a zone goes to its site's stream: the zone just added may not be in the read model yet. */
  function oneZone(tenantId: string, zoneId: string): Promise<Zone> {
    return findSoon(dependencies, () => maybeOneZone(read.database, tenantId, zoneId));
  }
}

function zoneOf(siteId: string, zoneId: string, site: SiteState, revision: number | null) {
  const zone = site.status === 'unregistered' ? undefined : site.zones.get(zoneId);
  if (zone === undefined) throw notFound();
  const { code, name, attributes, capacity_basis: capacityBasis } = zone.current;
  return zoneView({
    zoneId,
    siteId,
    code,
    name,
    attributes,
    capacityBasis,
    status: zone.status,
    revision: revision ?? 0,
  });
}

function zoneView(zone: Zone) {
  return {
    id: zone.zoneId,
    site_id: zone.siteId,
    code: zone.code,
    name: zone.name,
    attributes: zone.attributes,
    capacity_basis: zone.capacityBasis,
    status: zone.status,
    revision: zone.revision,
  };
}
