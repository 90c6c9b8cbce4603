import { type FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  manyReservations,
  maybeOneReservation,
  type ReservationView,
} from '../../../projections/reservations/queries.ts';
import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { mayReadHolders, revealHolder } from '../holder.ts';
import { notFound } from '../problems/problem.ts';
import {
  listedReservationOutput,
  reservationOutput,
  reservationStatuses,
  shownReservation,
} from '../schemas/reservation.ts';
import { freshnessQuery, idInput, idParams, instantInput, listOf, listQuery } from '../schemas/wire.ts';

const reads = ['reservations', 'spaces_current'];

export function reservationRoutes(api: Api, dependencies: HttpDependencies): void {
  const { now, read } = dependencies;

  api.get(
    '/reservations',
    {
      config: { permission: 'read', reads },
      schema: {
        operationId: 'listReservations',
        tags: ['reservations'],
        summary: 'List reservations by start',
        description: 'A key of the role booker sees what was booked with it.',
        querystring: listQuery.extend({
          space_id: idInput.optional(),
          site_id: idInput.optional(),
          zone_id: idInput.optional(),
          status: z.enum(reservationStatuses).optional(),
          from: instantInput.optional().describe('Those that touch [from, to)'),
          to: instantInput.optional(),
        }),
        response: { 200: listOf(listedReservationOutput) },
      },
    },
    async (request) => {
      const { query } = request;
      const { space_id: spaceId, site_id: siteId, zone_id: zoneId, status, from, to } = query;
      const { role, tenantId } = principalOf(request);
      const bookedBy = role === 'booker' ? actorOf(request) : undefined;
      const filter = { spaceId, siteId, zoneId, status, from, to, bookedBy };
      const page = await manyReservations(read.database, tenantId, filter, query, now());
      return { items: page.items.map(shownReservation), next_cursor: page.nextCursor };
    },
  );

  api.get(
    '/reservations/:id',
    {
      config: { permission: 'read', reads: ['reservations'] },
      schema: {
        operationId: 'readReservation',
        tags: ['reservations'],
        summary: 'Read a reservation',
        params: idParams,
        querystring: freshnessQuery,
        response: { 200: reservationOutput },
      },
    },
    async (request) => {
      const { tenantId } = principalOf(request);
      const found = await maybeOneReservation(read.database, tenantId, request.params.id, now());
      if (found === null || !isVisible(request, found)) throw notFound();
      if (!mayReadHolders(request)) return shownReservation(found);
      const holder = await revealHolder(request, dependencies, found.subjectId, found.holder);
      return { ...shownReservation(found), holder };
    },
  );
}

/** A booker sees what was booked with its own key; the rest is not there for it. */
export function isVisible(request: FastifyRequest, { bookedBy }: Pick<ReservationView, 'bookedBy'>): boolean {
  return principalOf(request).role !== 'booker' || bookedBy === actorOf(request);
}

/** As the read model writes down who asked for a booking. */
function actorOf(request: FastifyRequest): string {
  return `api_key:${principalOf(request).keyId}`;
}
