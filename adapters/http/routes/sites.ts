import { z } from 'zod';
import { derivedId } from '../../../application/ids/ids.ts';
import { openingHoursSchema } from '../../../domain/site/events.ts';
import {
  openingHoursAt,
  type RegisteredSite,
  type SiteState,
  timeZoneAt,
} from '../../../domain/site/state.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { manySites, maybeOneSite, type Site } from '../../../projections/sites/queries.ts';
import { type Api } from '../api.ts';
import { answered, contextOf, protectedReason } from '../change.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { requireMatch } from '../etag.ts';
import { principalOf } from '../guard.ts';
import { notFound, refused } from '../problems/problem.ts';
import {
  freshnessQuery,
  fromStoredLocation,
  idParams,
  instantInput,
  listOf,
  listQuery,
  locationInput,
  nameInput,
  positionField,
  problemResponses,
  reasonInput,
  toStoredLocation,
} from '../schemas/wire.ts';

const timeZoneInput = z
  .string()
  .max(64)
  .refine((name) => isTimeZone(name), 'expected an IANA time zone such as Europe/Paris');

const siteOutput = z.object({
  id: z.string(),
  name: z.string(),
  time_zone: z.string(),
  location: z.object({ lat: z.number(), lon: z.number() }).nullable(),
  opening_hours: openingHoursSchema.nullable(),
  status: z.enum(['open', 'closed']),
  revision: z.number(),
});
const changedSite = siteOutput.extend(positionField);

const createBody = z.strictObject({
  name: nameInput,
  time_zone: timeZoneInput,
  location: locationInput.optional(),
  opening_hours: openingHoursSchema.optional(),
});
const changeBody = z.strictObject({
  name: nameInput.optional(),
  location: locationInput.nullable().optional(),
  time_zone: timeZoneInput.optional(),
  opening_hours: openingHoursSchema.optional(),
  valid_from: instantInput.optional().describe('From when a new time zone or new hours hold; default: now'),
});

export function siteRoutes(api: Api, dependencies: HttpDependencies): void {
  const { handlers, read, now } = dependencies;

  api.post(
    '/sites',
    {
      config: { permission: 'administer' },
      schema: {
        tags: ['sites'],
        summary: 'Register a site',
        body: createBody,
        response: { 201: changedSite, ...problemResponses },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const siteId = derivedId(context.commandId, 'site');
      const { name, time_zone: timeZone, location, opening_hours: hours } = request.body;
      const registered = await handlers.site.handle(
        siteId,
        {
          type: 'RegisterSite',
          name,
          timeZone,
          now: context.decidedAt,
          ...(location === undefined ? {} : { location: toStoredLocation(location) }),
        },
        context,
      );
      if (!registered.ok) throw refused(registered.rejection);
      const opened =
        hours === undefined
          ? registered
          : await handlers.site.handle(
              siteId,
              {
                type: 'ChangeSite',
                openingHours: { ...hours, validFrom: context.decidedAt },
                now: context.decidedAt,
              },
              { ...context, commandId: derivedId(context.commandId, 'opening-hours') },
            );
      if (!opened.ok) throw refused(opened.rejection);
      void reply.code(201).header('location', `/api/v1/sites/${siteId}`);
      return answered(reply, opened.position, siteOf(siteId, opened.state, opened.revision, now()));
    },
  );

  api.get(
    '/sites',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['sites'],
        summary: 'List sites',
        querystring: listQuery,
        response: { 200: listOf(siteOutput), ...problemResponses },
      },
    },
    async (request) => {
      const page = await manySites(read.database, principalOf(request).tenantId, request.query, now());
      return { items: page.items.map(siteView), next_cursor: page.nextCursor };
    },
  );

  api.get(
    '/sites/:id',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['sites'],
        summary: 'Read a site',
        params: idParams,
        querystring: freshnessQuery,
        response: { 200: siteOutput, ...problemResponses },
      },
    },
    async (request) => {
      const site = await maybeOneSite(read.database, principalOf(request).tenantId, request.params.id, now());
      if (site === null) throw notFound();
      return siteView(site);
    },
  );

  api.patch(
    '/sites/:id',
    {
      config: { permission: 'administer' },
      schema: {
        tags: ['sites'],
        summary: 'Change a site',
        description: 'What is absent stays; null removes.',
        params: idParams,
        body: changeBody,
        response: { 200: changedSite, ...problemResponses },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { id } = request.params;
      const before = await handlers.site.load(context.tenantId, id);
      if (before.state.status === 'unregistered') throw notFound();
      requireMatch(request, siteOf(id, before.state, before.revision, now()));
      const { name, location, time_zone: timeZone, opening_hours: hours } = request.body;
      const validFrom = request.body.valid_from ?? context.decidedAt;
      const outcome = await handlers.site.handle(
        id,
        {
          type: 'ChangeSite',
          now: context.decidedAt,
          ...(name === undefined ? {} : { name }),
          ...(location === undefined
            ? {}
            : { location: location === null ? null : toStoredLocation(location) }),
          ...(timeZone === undefined
            ? {}
            : { timeZone: { name: timeZone, validFrom, tzdbVersion: process.versions['tz'] ?? 'unknown' } }),
          ...(hours === undefined ? {} : { openingHours: { ...hours, validFrom } }),
        },
        context,
      );
      if (!outcome.ok) throw refused(outcome.rejection);
      return answered(reply, outcome.position, siteOf(id, outcome.state, outcome.revision, now()));
    },
  );

  api.post(
    '/sites/:id/close',
    {
      config: { permission: 'administer' },
      schema: {
        tags: ['sites'],
        summary: 'Close a site',
        params: idParams,
        body: z.strictObject({ reason: reasonInput }),
        response: { 200: changedSite, ...problemResponses },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { id } = request.params;
      const reason = await protectedReason(dependencies, context, request.body.reason);
      const outcome = await handlers.site.handle(
        id,
        { type: 'CloseSite', reason, now: context.decidedAt },
        context,
      );
      if (!outcome.ok) throw refused(outcome.rejection);
      return answered(reply, outcome.position, siteOf(id, outcome.state, outcome.revision, now()));
    },
  );
}

function siteOf(siteId: string, state: SiteState, revision: number | null, at: Instant) {
  if (state.status === 'unregistered') throw notFound();
  const site: RegisteredSite = state;
  return siteView({
    siteId,
    name: site.name,
    timeZone: timeZoneAt(site, at),
    openingHours: openingHoursAt(site, at),
    location: site.location,
    status: site.status,
    revision: revision ?? 0,
  });
}

function siteView(site: Omit<Site, 'registeredAt'>) {
  return {
    id: site.siteId,
    name: site.name,
    time_zone: site.timeZone,
    location: fromStoredLocation(site.location),
    opening_hours: site.openingHours,
    status: site.status,
    revision: site.revision,
  };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
