import { type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { bookSpace } from '../../../application/reservations/book-space.ts';
import { cancelReservation } from '../../../application/reservations/cancel-reservation.ts';
import { termsSchema } from '../../../domain/policy/policy.ts';
import { type ReservationStatus, type SpaceState } from '../../../domain/space/state.ts';
import {
  manyReservations,
  maybeOneReservation,
  type ReservationView,
} from '../../../projections/reservations/queries.ts';
import { type Api } from '../api.ts';
import { answered, contextOf, protectedReason } from '../change.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { revealHolder } from '../holder.ts';
import { invalid, notFound, refused } from '../problems/problem.ts';
import {
  freshnessQuery,
  idInput,
  idParams,
  instantInput,
  instantOutput,
  listOf,
  listQuery,
  positionField,
  problemResponses,
  reasonInput,
} from '../schemas/wire.ts';

const statuses = [
  'PENDING',
  'CONFIRMED',
  'CHECKED_IN',
  'FULFILLED',
  'NO_SHOW',
  'CANCELLED',
  'REJECTED',
  'EXPIRED',
] as const satisfies readonly ReservationStatus[];

const reservationOutput = z.object({
  id: z.string(),
  space_id: z.string(),
  start_time: instantOutput,
  end_time: instantOutput,
  status: z.enum(statuses),
  hold_expires_at: instantOutput.nullable(),
  terms: termsSchema,
  cancelled_by: z.enum(['holder', 'operator', 'system']).nullable(),
  requested_at: instantOutput,
  holder: z
    .object({ name: z.string().optional(), email: z.string().optional(), plate: z.string().optional() })
    .nullable()
    .describe('Only for keys with the scope holder:read; reading it is logged'),
  revision: z.number().describe('Of the space'),
});

const bookedOutput = z.object({
  id: z.string(),
  space_id: z.string(),
  start_time: instantOutput,
  end_time: instantOutput,
  status: z.enum(statuses),
  hold_expires_at: instantOutput.nullable(),
  terms: termsSchema,
  revision: z.number().describe('Of the space'),
  ...positionField,
});

const personal = z.string().trim().min(1).max(200);
const bookBody = z.strictObject({
  space_id: idInput.optional(),
  zone_id: idInput.optional(),
  start_time: instantInput,
  end_time: instantInput,
  reservation_id: idInput.optional().describe('Your own id, unique in the tenant'),
  holder_ref: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe('Your reference to the person; never stored in clear'),
  holder: z
    .strictObject({ name: personal.optional(), email: personal.optional(), plate: personal.optional() })
    .optional(),
});

export function reservationRoutes(api: Api, dependencies: HttpDependencies): void {
  const { handlers, directory, read, now } = dependencies;

  api.post(
    '/reservations',
    {
      config: { permission: 'book' },
      schema: {
        tags: ['reservations'],
        summary: 'Book a space',
        description: 'Answers 409 with the times that are taken, never with who took them.',
        body: bookBody,
        response: { 201: bookedOutput, ...problemResponses },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { body } = request;
      const { space_id: spaceId } = body;
      if (spaceId === undefined) {
        throw body.zone_id === undefined
          ? invalid('/space_id', 'required', 'which space?')
          : invalid(
              '/zone_id',
              'not-yet-supported',
              'booking any space of a zone comes later: name a space_id',
            );
      }
      if (body.zone_id !== undefined) throw invalid('/zone_id', 'not-both', 'a space or a zone, not both');
      const known = await handlers.space.load(context.tenantId, spaceId);
      if (known.state.status === 'unregistered')
        throw invalid('/space_id', 'unknown-space', 'there is no such space');
      const booked = await bookSpace(
        dependencies,
        {
          spaceId,
          start: body.start_time,
          end: body.end_time,
          ...(body.reservation_id === undefined ? {} : { reservationId: body.reservation_id }),
          ...(body.holder_ref === undefined ? {} : { holderRef: body.holder_ref }),
          ...(body.holder === undefined ? {} : { holder: body.holder }),
        },
        context,
      );
      if (!booked.ok) throw refused(booked.rejection);
      const { state } = await handlers.space.load(context.tenantId, spaceId);
      void reply.code(201).header('location', `/api/v1/reservations/${booked.reservationId}`);
      return answered(
        reply,
        booked.position,
        bookedView(spaceId, booked.reservationId, state, booked.revision),
      );
    },
  );

  api.get(
    '/reservations',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['reservations'],
        summary: 'List reservations by start',
        querystring: listQuery.extend({
          space_id: idInput.optional(),
          site_id: idInput.optional(),
          zone_id: idInput.optional(),
          status: z.enum(statuses).optional(),
          from: instantInput.optional(),
          to: instantInput.optional(),
        }),
        response: { 200: listOf(reservationOutput), ...problemResponses },
      },
    },
    async (request) => {
      const { space_id: spaceId, site_id: siteId, zone_id: zoneId, status, from, to } = request.query;
      const filter = { spaceId, siteId, zoneId, status, from, to, ...onlyOwn(request) };
      const page = await manyReservations(
        read.database,
        principalOf(request).tenantId,
        filter,
        request.query,
        now(),
      );
      const items = await Promise.all(page.items.map((one) => reservationView(request, one)));
      return { items, next_cursor: page.nextCursor };
    },
  );

  api.get(
    '/reservations/:id',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['reservations'],
        summary: 'Read a reservation',
        params: idParams,
        querystring: freshnessQuery,
        response: { 200: reservationOutput, ...problemResponses },
      },
    },
    async (request) => {
      const { tenantId } = principalOf(request);
      const found = await maybeOneReservation(read.database, tenantId, request.params.id, now());
      if (found === null || !mayBeSeen(request, found)) throw notFound();
      return reservationView(request, found);
    },
  );

  api.post(
    '/reservations/:id/cancel',
    {
      config: { permission: 'book' },
      schema: {
        tags: ['reservations'],
        summary: 'Cancel a reservation',
        description:
          'Within its terms; an operator always, with a reason. Repeating it gives the same answer.',
        params: idParams,
        body: z.strictObject({ reason: reasonInput.optional() }).nullish(),
        response: { 200: bookedOutput, ...problemResponses },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const principal = principalOf(request);
      const asked = request.body?.reason ?? { code: 'customer-request' as const };
      const reservationId = request.params.id;
      if (principal.role === 'booker') await requireOwn(request, reservationId);
      const outcome = await cancelReservation(
        { handlers, directory },
        {
          reservationId,
          by: principal.role === 'booker' ? 'holder' : 'operator',
          reason: await protectedReason(
            dependencies,
            context,
            'text' in asked ? asked : { ...asked, text: undefined },
          ),
        },
        { ...context, reasonCode: asked.code },
      );
      if (!outcome.ok) throw refused(outcome.rejection);
      const spaceId = outcome.spaceId ?? '';
      return answered(
        reply,
        outcome.position,
        bookedView(spaceId, reservationId, outcome.state, outcome.revision),
      );
    },
  );

  async function reservationView(request: FastifyRequest, one: ReservationView) {
    return {
      id: one.reservationId,
      space_id: one.spaceId,
      start_time: one.start,
      end_time: one.end,
      status: one.status,
      hold_expires_at: one.holdExpiresAt,
      terms: one.terms,
      cancelled_by: one.cancelledBy,
      requested_at: one.requestedAt,
      holder: await revealHolder(request, dependencies, one.subjectId, one.holder),
      revision: one.revision,
    };
  }

  /** The booking that this key made is in the space's stream: who requested it is in the event's metadata. */
  async function requireOwn(request: FastifyRequest, reservationId: string): Promise<void> {
    const { tenantId } = principalOf(request);
    await read.waitFor(await dependencies.store.head('domain'), 1_000);
    const found = await maybeOneReservation(read.database, tenantId, reservationId, now());
    if (found === null || !mayBeSeen(request, found)) throw notFound();
  }
}

/** A booker sees what was booked with its own key. */
function onlyOwn(request: FastifyRequest): { bookedBy?: string } {
  const { role, keyId } = principalOf(request);
  return role === 'booker' ? { bookedBy: `api_key:${keyId}` } : {};
}

function mayBeSeen(request: FastifyRequest, one: ReservationView): boolean {
  const { role, keyId } = principalOf(request);
  return role !== 'booker' || one.bookedBy === `api_key:${keyId}`;
}

function bookedView(spaceId: string, reservationId: string, state: SpaceState, revision: number | null) {
  const held =
    state.status === 'unregistered' ? undefined : state.reservations.find((one) => one.id === reservationId);
  if (held === undefined) throw notFound();
  return {
    id: reservationId,
    space_id: spaceId,
    start_time: held.start,
    end_time: held.end,
    status: held.status,
    hold_expires_at: held.holdExpiresAt,
    terms: held.terms,
    revision: revision ?? 0,
  };
}
