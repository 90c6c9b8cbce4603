import { z } from 'zod';
import { decommissionSpace } from '../../../application/spaces/decommission-space.ts';
import { stepOf } from '../../../application/commands/command-context.ts';
import { derivedId } from '../../../application/ids/ids.ts';
import { registerSpace } from '../../../application/spaces/register-space.ts';
import { defaultPolicy } from '../../../domain/policy/policy.ts';
import { occupancyValueSchema, stateNameSchema } from '../../../domain/space/events.ts';
import { addSeconds } from '../../../domain/time/instant.ts';
import {
  freeIntervalsOf,
  manySpaces,
  maybeOneSpace,
  maybeOneStoredSpace,
} from '../../../projections/spaces-current/queries.ts';
import { readSpace } from '../../../projections/spaces-current/read-space.ts';
import { maybeOneZone } from '../../../projections/zones/queries.ts';
import { type Api } from '../api.ts';
import { answered, contextOf, protectedReason } from '../change.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { requireMatch } from '../etag.ts';
import { principalOf } from '../guard.ts';
import { invalid, notFound, ProblemError, refused } from '../problems/problem.ts';
import { changedSpaceOutput, spaceOutput, spaceView } from '../schemas/space.ts';
import { attributesOf, attributesQuery, requireWindow, windowQuery } from '../schemas/window.ts';
import {
  attributesInput,
  codeInput,
  freshnessQuery,
  idInput,
  idParams,
  instantInput,
  instantOutput,
  listOf,
  listQuery,
  locationInput,
  nameInput,
  problemResponses,
  reasonInput,
  toStoredLocation,
} from '../schemas/wire.ts';

const createBody = z.strictObject({
  site_id: idInput,
  zone_id: idInput.optional(),
  code: codeInput,
  name: nameInput,
  building: nameInput.optional(),
  attributes: attributesInput.default({}),
  location: locationInput.optional(),
  commissioned_at: instantInput.optional().describe('Default: now. The past: owner only'),
});

const changeBody = z.strictObject({
  name: nameInput.optional(),
  building: nameInput.nullable().optional(),
  attributes: attributesInput.optional(),
  location: locationInput.nullable().optional(),
  zone_id: idInput.nullable().optional(),
  valid_from: instantInput.optional().describe('From when a new zone holds; default: now'),
});

const filterQuery = listQuery.extend({
  site_id: idInput.optional(),
  zone_id: idInput.optional(),
  code: codeInput.optional(),
  state: stateNameSchema.optional(),
  occupancy: occupancyValueSchema.optional(),
  available: z.enum(['true', 'false', 'null']).optional(),
  ...attributesQuery,
  attribute: attributesQuery.attributes,
  near: z
    .string()
    .regex(/^-?\d+(\.\d+)?,-?\d+(\.\d+)?$/, 'expected lat,lon')
    .optional(),
  radius_m: z.coerce.number().min(1).max(100_000).optional(),
  bbox: z
    .string()
    .regex(/^(-?\d+(\.\d+)?,){3}-?\d+(\.\d+)?$/, 'expected west,south,east,north')
    .optional(),
});

const COMMISSIONING_TOLERANCE_S = 60;
const MAX_AVAILABILITY_S = 90 * 86_400;

export function spaceRoutes(api: Api, dependencies: HttpDependencies): void {
  const { handlers, read, now } = dependencies;

  api.post(
    '/spaces',
    {
      config: { permission: 'administer' },
      schema: {
        tags: ['spaces'],
        summary: 'Register a space',
        body: createBody,
        response: { 201: changedSpaceOutput, ...problemResponses },
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
      if (zoneId !== undefined) await requireZoneOf(siteId, zoneId, context.tenantId);
      const registered = await registerSpace(
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
          ...(location === undefined ? {} : { location: toStoredLocation(location) }),
        },
        context,
      );
      if (!registered.ok) throw refused(registered.rejection);
      const { state } = await handlers.space.load(context.tenantId, registered.spaceId);
      void reply.code(201).header('location', `/api/v1/spaces/${registered.spaceId}`);
      return answered(
        reply,
        registered.position,
        spaceView(registered.spaceId, state, registered.revision, now()),
      );
    },
  );

  api.get(
    '/spaces',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['spaces'],
        summary: 'List spaces as they are now',
        querystring: filterQuery,
        response: { 200: listOf(spaceOutput), ...problemResponses },
      },
    },
    async (request) => {
      const { query } = request;
      const filter = {
        siteId: query.site_id,
        zoneId: query.zone_id,
        code: query.code,
        state: query.state,
        occupancy: query.occupancy,
        ...(query.available === undefined ? {} : { available: availability(query.available) }),
        attributes: attributesOf(query.attribute ?? query.attributes),
        near: nearOf(query.near, query.radius_m),
        bbox: boxOf(query.bbox),
      };
      const page = await manySpaces(read.database, principalOf(request).tenantId, filter, query, now());
      return { items: [...page.items], next_cursor: page.nextCursor };
    },
  );

  api.get(
    '/spaces/:id',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['spaces'],
        summary: 'A space as it is now',
        params: idParams,
        querystring: freshnessQuery,
        response: { 200: spaceOutput, ...problemResponses },
      },
    },
    async (request) => {
      const space = await maybeOneSpace(
        read.database,
        principalOf(request).tenantId,
        request.params.id,
        now(),
      );
      if (space === null) throw notFound();
      return space;
    },
  );

  api.patch(
    '/spaces/:id',
    {
      config: { permission: 'administer' },
      schema: {
        tags: ['spaces'],
        summary: 'Rename, describe or move a space',
        description: 'What is absent stays; null removes.',
        params: idParams,
        body: changeBody,
        response: { 200: changedSpaceOutput, ...problemResponses },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { id } = request.params;
      const before = await handlers.space.load(context.tenantId, id);
      if (before.state.status === 'unregistered') throw notFound();
      requireMatch(request, spaceView(id, before.state, before.revision, now()));
      const { name, building, attributes, location, zone_id: zoneId, valid_from: validFrom } = request.body;
      if (zoneId !== undefined && zoneId !== null)
        await requireZoneOf(before.state.siteId, zoneId, context.tenantId);
      const changed = await handlers.space.handle(
        id,
        {
          type: 'ChangeSpace',
          now: context.decidedAt,
          ...(name === undefined ? {} : { name }),
          ...(building === undefined ? {} : { building }),
          ...(attributes === undefined ? {} : { attributes }),
          ...(location === undefined
            ? {}
            : { location: location === null ? null : toStoredLocation(location) }),
        },
        context,
      );
      if (!changed.ok) throw refused(changed.rejection);
      const moved =
        zoneId === undefined
          ? changed
          : await handlers.space.handle(
              id,
              {
                type: 'MoveSpaceToZone',
                zoneId,
                validFrom: validFrom ?? context.decidedAt,
                now: context.decidedAt,
              },
              stepOf(context, derivedId(context.commandId, 'move')),
            );
      if (!moved.ok) throw refused(moved.rejection);
      return answered(reply, moved.position, spaceView(id, moved.state, moved.revision, now()));
    },
  );

  api.post(
    '/spaces/:id/decommission',
    {
      config: { permission: 'administer' },
      schema: {
        tags: ['spaces'],
        summary: 'Take a space out of existence',
        description: 'Refused while there are bookings, unless they are displaced. Its history stays.',
        params: idParams,
        body: z.strictObject({
          reason: reasonInput,
          at: instantInput.optional(),
          on_conflict: z.enum(['reject', 'displace']).default('reject'),
        }),
        response: { 200: changedSpaceOutput, ...problemResponses },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { id } = request.params;
      const reason = await protectedReason(dependencies, context, request.body.reason);
      const ending = {
        at: request.body.at ?? context.decidedAt,
        reason,
        onConflict: request.body.on_conflict,
      };
      const outcome = await decommissionSpace(handlers, id, ending, context);
      if (!outcome.ok) throw refused(outcome.rejection);
      return answered(reply, outcome.position, spaceView(id, outcome.state, outcome.revision, now()));
    },
  );

  api.get(
    '/spaces/:id/availability',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['availability'],
        summary: 'The free times of a space',
        params: idParams,
        querystring: windowQuery,
        response: {
          200: z.object({
            space_id: z.string(),
            from: instantOutput,
            to: instantOutput,
            free: z.array(z.object({ start_time: instantOutput, end_time: instantOutput })),
            next_available_slot: instantOutput.nullable(),
          }),
          ...problemResponses,
        },
      },
    },
    async (request) => {
      const at = now();
      const window = requireWindow(
        request.query,
        { from: at, to: addSeconds(at, 86_400) },
        MAX_AVAILABILITY_S,
      );
      const row = await maybeOneStoredSpace(read.database, principalOf(request).tenantId, request.params.id);
      if (row === null) throw notFound();
      return {
        space_id: row.space_id,
        ...window,
        free: freeIntervalsOf(row, window, at).map((one) => ({ start_time: one.from, end_time: one.to })),
        next_available_slot: readSpace(row, at).next_available_slot,
      };
    },
  );

  /** The site's stream knows its zones at once, the read model a moment later. */
  async function requireZoneOf(siteId: string, zoneId: string, tenantId: string): Promise<void> {
    const { state } = await handlers.site.load(tenantId, siteId);
    if (state.status !== 'unregistered' && state.zones.has(zoneId)) return;
    const elsewhere = await maybeOneZone(read.database, tenantId, zoneId);
    const why = elsewhere === null ? 'there is no such zone' : 'the zone belongs to another site';
    throw invalid('/zone_id', 'unknown-zone', why);
  }
}

function availability(text: 'true' | 'false' | 'null'): boolean | null {
  return text === 'null' ? null : text === 'true';
}

function nearOf(text: string | undefined, radiusM: number | undefined) {
  if (text === undefined) {
    if (radiusM !== undefined)
      throw invalid('query/radius_m', 'needs-near', 'a radius needs a point: near=lat,lon');
    return undefined;
  }
  const [lat = 0, lon = 0] = text.split(',').map(Number);
  if (Math.abs(lat) > 90 || Math.abs(lon) > 180)
    throw invalid('query/near', 'out-of-range', 'expected lat,lon in degrees');
  return { lat, lon, radiusM: radiusM ?? 500 };
}

function boxOf(text: string | undefined) {
  if (text === undefined) return undefined;
  const [west = 0, south = 0, east = 0, north = 0] = text.split(',').map(Number);
  return { west, south, east, north };
}
