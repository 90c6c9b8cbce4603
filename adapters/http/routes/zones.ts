import { type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { derivedId } from '../../../application/ids/ids.ts';
import { codeSchema, nameSchema } from '../../../domain/identity/names.ts';
import { type SiteCommand } from '../../../domain/site/commands.ts';
import { capacityBasisSchema } from '../../../domain/site/events.ts';
import { manyZones, maybeOneZone, type Zone } from '../../../projections/zones/queries.ts';
import { type Api } from '../api.ts';
import { accepted, answered, contextOf, protectedReason } from '../change.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { requireMatch } from '../etag.ts';
import { principalOf } from '../guard.ts';
import { notFound } from '../problems/problem.ts';
import { closeBody, noReason } from '../schemas/closing.ts';
import { attributesInput, freshnessQuery, idInput, idParams, listOf, listQuery } from '../schemas/wire.ts';
import { changedZoneOutput, shownZone, zoneOf, zoneOutput } from '../schemas/zone.ts';
import { findSoon } from '../soon.ts';

const createBody = z.strictObject({
  site_id: idInput,
  code: codeSchema,
  name: nameSchema,
  attributes: attributesInput.default({}),
  capacity_basis: capacityBasisSchema.default('demarcated'),
});

const changeBody = z.strictObject({
  code: codeSchema.optional(),
  name: nameSchema.optional(),
  attributes: attributesInput.nullable().optional(),
  capacity_basis: capacityBasisSchema.optional(),
});

const reads = ['zones'];

export function zoneRoutes(api: Api, dependencies: HttpDependencies): void {
  const { handlers, read, store } = dependencies;

  api.post(
    '/zones',
    {
      config: { permission: 'administer', problems: ['not-found', 'conflict-code', 'site-closed'] },
      schema: {
        operationId: 'addZone',
        tags: ['zones'],
        summary: 'Add a zone to a site',
        body: createBody,
        response: { 201: changedZoneOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { site_id: siteId, code, name, attributes, capacity_basis: capacityBasis } = request.body;
      const zoneId = derivedId(context.commandId, 'zone');
      const site = await handlers.site.load(context.tenantId, siteId);
      if (site.state.status === 'unregistered') throw notFound('/site_id');
      const { state, position, revision } = accepted(
        await handlers.site.handle(
          siteId,
          { type: 'AddZone', zoneId, code, name, attributes, capacityBasis, now: context.decidedAt },
          context,
        ),
      );
      void reply.code(201).header('location', `/api/v1/zones/${zoneId}`);
      return answered(reply, position, zoneOf(siteId, zoneId, state, revision ?? 0));
    },
  );

  api.get(
    '/zones',
    {
      config: { permission: 'read', reads },
      schema: {
        operationId: 'listZones',
        tags: ['zones'],
        summary: 'List zones',
        querystring: listQuery.extend({ site_id: idInput.optional() }),
        response: { 200: listOf(zoneOutput) },
      },
    },
    async (request) => {
      const filter = { siteId: request.query.site_id };
      const page = await manyZones(read.database, principalOf(request).tenantId, filter, request.query);
      return { items: page.items.map(shownZone), next_cursor: page.nextCursor };
    },
  );

  api.get(
    '/zones/:id',
    {
      config: { permission: 'read', reads },
      schema: {
        operationId: 'readZone',
        tags: ['zones'],
        summary: 'Read a zone',
        params: idParams,
        querystring: freshnessQuery,
        response: { 200: zoneOutput },
      },
    },
    async (request) => {
      const zone = await maybeOneZone(read.database, principalOf(request).tenantId, request.params.id);
      if (zone === null) throw notFound();
      return shownZone(zone);
    },
  );

  api.patch(
    '/zones/:id',
    {
      config: { permission: 'administer', problems: ['zone-closed', 'conflict-code', 'conflict-revision'] },
      schema: {
        operationId: 'changeZone',
        tags: ['zones'],
        summary: 'Change a zone',
        description: 'What is absent stays; null removes.',
        params: idParams,
        body: changeBody,
        response: { 200: changedZoneOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { code, name, attributes, capacity_basis: capacityBasis } = request.body;
      const { seen, zone } = await zoneToChange(request, request.params.id);
      const change = {
        ...(code === undefined ? {} : { code }),
        ...(name === undefined ? {} : { name }),
        ...(attributes === undefined ? {} : { attributes: attributes ?? {} }),
        ...(capacityBasis === undefined ? {} : { capacityBasis }),
      };
      const { position, body } = await changeZone(
        zone,
        { type: 'ChangeZone', zoneId: zone.zoneId, now: context.decidedAt, ...change },
        { ...context, ...seen },
      );
      return answered(reply, position, body);
    },
  );

  api.post(
    '/zones/:id/close',
    {
      config: { permission: 'administer', problems: ['site-closed', 'conflict-revision'] },
      schema: {
        operationId: 'closeZone',
        tags: ['zones'],
        summary: 'Close a zone',
        description:
          'No space can be added to it afterwards; those in it stay. Repeating it gives the same answer.',
        params: idParams,
        body: closeBody,
        response: { 200: changedZoneOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { seen, zone } = await zoneToChange(request, request.params.id);
      const given = request.body?.reason ?? noReason;
      const reason = await protectedReason(dependencies, context, given);
      const { position, body } = await changeZone(
        zone,
        { type: 'CloseZone', zoneId: zone.zoneId, reason, now: context.decidedAt },
        { ...context, ...seen, reasonCode: given.code },
      );
      return answered(reply, position, body);
    },
  );

  /** A change of a zone goes to its site's stream; which one that is, the read model knows. */
  async function zoneToChange(
    request: FastifyRequest,
    zoneId: string,
  ): Promise<{ readonly zone: Zone; readonly seen: { readonly expectedRevision?: number } }> {
    const { tenantId } = principalOf(request);
    const find = () => findSoon(dependencies, 'zones', () => maybeOneZone(read.database, tenantId, zoneId));
    if (request.headers['if-match'] === undefined) return { zone: await find(), seen: {} };
    // When a zone last changed stands in the read model alone, so a comparison needs it up to date with its stream.
    const { revision } = await handlers.site.load(tenantId, (await find()).siteId);
    await read.waitFor(await store.head('domain'), 2_000, ['zones']);
    const zone = await find();
    const { expectedRevision } = requireMatch(request, shownZone(zone));
    return {
      zone,
      seen: expectedRevision === undefined || revision === null ? {} : { expectedRevision: revision },
    };
  }

  /** When it last changed, whoever did it: the read model that named the zone may not have had that change yet. */
  async function revisionOf(zone: Zone, { tenantId }: { readonly tenantId: string }): Promise<number> {
    await read.waitFor(await store.head('domain'), 2_000, ['zones']);
    return (await maybeOneZone(read.database, tenantId, zone.zoneId))?.revision ?? zone.revision;
  }

  async function changeZone(zone: Zone, command: SiteCommand, context: ReturnType<typeof contextOf>) {
    const { siteId, zoneId } = zone;
    const outcome = accepted(await handlers.site.handle(siteId, command, context));
    const revision = outcome.events.length > 0 ? (outcome.revision ?? 0) : await revisionOf(zone, context);
    return { position: outcome.position, body: zoneOf(siteId, zoneId, outcome.state, revision) };
  }
}
