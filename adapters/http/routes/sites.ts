import { z } from 'zod';
import { stepOf } from '../../../application/commands/command-context.ts';
import { derivedId } from '../../../application/ids/ids.ts';
import { nameSchema } from '../../../domain/identity/names.ts';
import { manySites, maybeOneSite } from '../../../projections/sites/queries.ts';
import { type Api } from '../api.ts';
import { accepted, answered, contextOf, protectedReason } from '../change.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { requireMatch } from '../etag.ts';
import { principalOf } from '../guard.ts';
import { notFound } from '../problems/problem.ts';
import { closeBody, noReason } from '../schemas/closing.ts';
import {
  alwaysOpen,
  changedSiteOutput,
  openingHoursInput,
  shownSite,
  siteOf,
  siteOutput,
  timeZoneInput,
} from '../schemas/site.ts';
import { freshnessQuery, idParams, instantInput, listOf, listQuery, locationInput } from '../schemas/wire.ts';

const createBody = z.strictObject({
  name: nameSchema,
  time_zone: timeZoneInput,
  location: locationInput.optional(),
  opening_hours: openingHoursInput.optional().describe('Absent: always open'),
});

const changeBody = z.strictObject({
  name: nameSchema.optional(),
  location: locationInput.nullable().optional(),
  time_zone: timeZoneInput.optional(),
  opening_hours: openingHoursInput.nullable().optional(),
  valid_from: instantInput.optional().describe('From when a new time zone or new hours hold; default: now'),
});

const reads = ['sites'];

export function siteRoutes(api: Api, dependencies: HttpDependencies): void {
  const { handlers, now, read } = dependencies;

  api.post(
    '/sites',
    {
      config: { permission: 'administer' },
      schema: {
        operationId: 'registerSite',
        tags: ['sites'],
        summary: 'Register a site',
        body: createBody,
        response: { 201: changedSiteOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const siteId = derivedId(context.commandId, 'site');
      const { name, time_zone: timeZone, location, opening_hours: hours } = request.body;
      const site = { name, timeZone, ...(location === undefined ? {} : { location }) };
      let outcome = accepted(
        await handlers.site.handle(
          siteId,
          { type: 'RegisterSite', ...site, now: context.decidedAt },
          context,
        ),
      );
      if (hours !== undefined) {
        const openingHours = { ...hours, validFrom: context.decidedAt };
        const step = stepOf(context, derivedId(context.commandId, 'opening-hours'));
        outcome = accepted(
          await handlers.site.handle(
            siteId,
            { type: 'ChangeSite', openingHours, now: context.decidedAt },
            step,
          ),
        );
      }
      void reply.code(201).header('location', `/api/v1/sites/${siteId}`);
      return answered(reply, outcome.position, siteOf(siteId, outcome.state, outcome.revision, now()));
    },
  );

  api.get(
    '/sites',
    {
      config: { permission: 'read', reads },
      schema: {
        operationId: 'listSites',
        tags: ['sites'],
        summary: 'List sites',
        querystring: listQuery,
        response: { 200: listOf(siteOutput) },
      },
    },
    async (request) => {
      const page = await manySites(read.database, principalOf(request).tenantId, request.query, now());
      return { items: page.items.map(shownSite), next_cursor: page.nextCursor };
    },
  );

  api.get(
    '/sites/:id',
    {
      config: { permission: 'read', reads },
      schema: {
        operationId: 'readSite',
        tags: ['sites'],
        summary: 'Read a site',
        params: idParams,
        querystring: freshnessQuery,
        response: { 200: siteOutput },
      },
    },
    async (request) => {
      const site = await maybeOneSite(read.database, principalOf(request).tenantId, request.params.id, now());
      if (site === null) throw notFound();
      return shownSite(site);
    },
  );

  api.patch(
    '/sites/:id',
    {
      config: { permission: 'administer', problems: ['site-closed', 'conflict-revision'] },
      schema: {
        operationId: 'changeSite',
        tags: ['sites'],
        summary: 'Change a site',
        description: 'What is absent stays; null removes.',
        params: idParams,
        body: changeBody,
        response: { 200: changedSiteOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { id } = request.params;
      const before = await handlers.site.load(context.tenantId, id);
      const seen = requireMatch(request, siteOf(id, before.state, before.revision, now()));
      const { name, location, time_zone: timeZone, opening_hours: hours } = request.body;
      const validFrom = request.body.valid_from ?? context.decidedAt;
      const tzdbVersion = process.versions['tz'] ?? 'unknown';
      const outcome = accepted(
        await handlers.site.handle(
          id,
          {
            type: 'ChangeSite',
            now: context.decidedAt,
            ...(name === undefined ? {} : { name }),
            ...(location === undefined ? {} : { location }),
            ...(timeZone === undefined ? {} : { timeZone: { name: timeZone, validFrom, tzdbVersion } }),
            ...(hours === undefined ? {} : { openingHours: { ...(hours ?? alwaysOpen), validFrom } }),
          },
          { ...context, ...seen },
        ),
      );
      return answered(reply, outcome.position, siteOf(id, outcome.state, outcome.revision, now()));
    },
  );

  api.post(
    '/sites/:id/close',
    {
      config: { permission: 'administer', problems: ['still-in-use', 'conflict-revision'] },
      schema: {
        operationId: 'closeSite',
        tags: ['sites'],
        summary: 'Close a site',
        description: 'Refused while spaces live there. Repeating it gives the same answer.',
        params: idParams,
        body: closeBody,
        response: { 200: changedSiteOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { id } = request.params;
      const before = await handlers.site.load(context.tenantId, id);
      const seen = requireMatch(request, siteOf(id, before.state, before.revision, now()));
      const given = request.body?.reason ?? noReason;
      const reason = await protectedReason(dependencies, context, given);
      const outcome = accepted(
        await handlers.site.handle(
          id,
          { type: 'CloseSite', reason, now: context.decidedAt },
          { ...context, ...seen, reasonCode: given.code },
        ),
      );
      return answered(reply, outcome.position, siteOf(id, outcome.state, outcome.revision, now()));
    },
  );
}
