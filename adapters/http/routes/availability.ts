import { z } from 'zod';
import { type Interval } from '../../../domain/space/next-boundary.ts';
import { addSeconds } from '../../../domain/time/instant.ts';
import {
  freeIntervalsOf,
  manyAvailabilities,
  maybeOneStoredSpace,
} from '../../../projections/spaces-current/queries.ts';
import { readSpace } from '../../../projections/spaces-current/read-space.ts';
import { maybeOneZone } from '../../../projections/zones/queries.ts';
import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { notFound } from '../problems/problem.ts';
import { attributesQuery } from '../schemas/attributes-query.ts';
import { requireWindow, windowQuery } from '../schemas/window.ts';
import { idOutput, idParams, instantOutput } from '../schemas/wire.ts';

const free = z
  .array(z.object({ start_time: instantOutput, end_time: instantOutput }))
  .describe('Half-open; no booking, no buffer and no closure lies in them');
const nextSlot = instantOutput
  .nullable()
  .describe('The earliest such instant from now on, whatever the window');

const DAY_S = 86_400;
/** A booking may be made 90 days ahead; a zone has many spaces. */
const MAX_S = { space: 90 * DAY_S, zone: 31 * DAY_S } as const;

export function availabilityRoutes(api: Api, { now, read }: HttpDependencies): void {
  api.get(
    '/spaces/:id/availability',
    {
      config: { permission: 'read', reads: ['spaces_current'] },
      schema: {
        operationId: 'readSpaceAvailability',
        tags: ['availability'],
        summary: 'The free times of a space',
        description: 'By default those of the next 24 hours; at most 90 days.',
        params: idParams,
        querystring: windowQuery,
        response: {
          200: z.object({
            space_id: idOutput,
            from: instantOutput,
            to: instantOutput,
            free,
            next_available_slot: nextSlot,
          }),
        },
      },
    },
    async (request) => {
      const at = now();
      const window = requireWindow(request.query, { from: at, to: addSeconds(at, DAY_S) }, MAX_S.space);
      const row = await maybeOneStoredSpace(read.database, principalOf(request).tenantId, request.params.id);
      if (row === null) throw notFound();
      return {
        space_id: row.space_id,
        ...window,
        free: freeIntervalsOf(row, window, at).map(shownInterval),
        next_available_slot: readSpace(row, at).next_available_slot,
      };
    },
  );

  api.get(
    '/zones/:id/availability',
    {
      config: { permission: 'read', reads: ['spaces_current', 'zones'] },
      schema: {
        operationId: 'readZoneAvailability',
        tags: ['availability'],
        summary: 'The free times of the spaces of a zone',
        description: 'By default those of the next 24 hours; at most 31 days.',
        params: idParams,
        querystring: windowQuery.extend({
          attributes: attributesQuery.optional(),
          attribute: attributesQuery.optional(),
        }),
        response: {
          200: z.object({
            zone_id: idOutput,
            from: instantOutput,
            to: instantOutput,
            next_available_slot: nextSlot,
            spaces: z.array(
              z.object({ space_id: idOutput, code: z.string(), free, next_available_slot: nextSlot }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const { tenantId } = principalOf(request);
      const zone = await maybeOneZone(read.database, tenantId, request.params.id);
      if (zone === null) throw notFound();
      const at = now();
      const window = requireWindow(request.query, { from: at, to: addSeconds(at, DAY_S) }, MAX_S.zone);
      const filter = {
        zoneId: zone.zoneId,
        attributes: { ...request.query.attribute, ...request.query.attributes },
      };
      const spaces = await manyAvailabilities(read.database, tenantId, filter, window, at);
      const slots = spaces.flatMap(({ space }) => space.next_available_slot ?? []);
      return {
        zone_id: zone.zoneId,
        ...window,
        next_available_slot: slots.sort()[0] ?? null,
        spaces: spaces.map((one) => ({
          space_id: one.space.id,
          code: one.space.code,
          free: one.free.map(shownInterval),
          next_available_slot: one.space.next_available_slot,
        })),
      };
    },
  );
}

function shownInterval({ from, to }: Interval) {
  return { start_time: from, end_time: to };
}
