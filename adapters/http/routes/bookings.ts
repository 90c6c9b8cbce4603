import { type FastifyRequest } from 'fastify';
import { bookSpace } from '../../../application/reservations/book-space.ts';
import { cancelReservation } from '../../../application/reservations/cancel-reservation.ts';
import { type Rejection } from '../../../domain/event/rejection.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { maybeOneReservation } from '../../../projections/reservations/queries.ts';
import { alternativesOf } from '../alternatives.ts';
import { type Api } from '../api.ts';
import { accepted, answered, contextOf, protectedReason } from '../change.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { notFound, type ProblemError, refused } from '../problems/problem.ts';
import { bookBody } from '../schemas/booking.ts';
import { closeBody, noReason } from '../schemas/closing.ts';
import { changedReservationOutput, reservationOf } from '../schemas/reservation.ts';
import { idParams } from '../schemas/wire.ts';
import { findSoon } from '../soon.ts';
import { isVisible } from './reservations.ts';

export function bookingRoutes(api: Api, dependencies: HttpDependencies): void {
  const { directory, handlers, now, read } = dependencies;

  api.post(
    '/reservations',
    {
      config: {
        permission: 'book',
        problems: [
          'not-found',
          'conflict-overlap',
          'conflict-override',
          'already-exists',
          'in-the-past',
          'too-short',
          'too-long',
          'too-far-ahead',
          'decommissioned',
          'subject-erased',
        ],
      },
      schema: {
        operationId: 'bookSpace',
        tags: ['reservations'],
        summary: 'Book a space',
        description:
          'Where the time is taken, `conflicts` tells the times that are (never who took them) and `alternatives` others.',
        body: bookBody,
        response: { 201: changedReservationOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { space_id: spaceId = '', start_time: start, end_time: end, ...body } = request.body;
      // Looked at before anything is written: the directory's row and the subject's key would come first.
      const { state } = await handlers.space.load(context.tenantId, spaceId);
      if (state.status === 'unregistered') throw notFound('/space_id');
      const booked = await bookSpace(
        dependencies,
        {
          spaceId,
          start,
          end,
          ...(body.reservation_id === undefined ? {} : { reservationId: body.reservation_id }),
          ...(body.holder_ref === undefined ? {} : { holderRef: body.holder_ref }),
          ...(body.holder === undefined ? {} : { holder: body.holder }),
        },
        context,
      );
      if (!booked.ok) throw await withAlternatives(booked.rejection, context.tenantId, spaceId, start, end);
      const after = await handlers.space.load(context.tenantId, spaceId);
      void reply.code(201).header('location', `/api/v1/reservations/${booked.reservationId}`);
      const shown = reservationOf(booked.reservationId, spaceId, after.state, booked.revision);
      return answered(reply, booked.position, shown);
    },
  );

  api.post(
    '/reservations/:id/cancel',
    {
      config: { permission: 'book', problems: ['not-cancellable', 'invalid-transition'] },
      schema: {
        operationId: 'cancelReservation',
        tags: ['reservations'],
        summary: 'Cancel a reservation',
        description:
          'Within its terms; later only by an operator who gives a reason. Repeating it gives the same answer.',
        params: idParams,
        body: closeBody,
        response: { 200: changedReservationOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const reservationId = request.params.id;
      await requireVisible(request, reservationId);
      const given = request.body?.reason;
      const isOperator = principalOf(request).role !== 'booker' && given !== undefined;
      const { position, revision, spaceId, state } = accepted(
        await cancelReservation(
          { handlers, directory },
          {
            reservationId,
            by: isOperator ? 'operator' : 'holder',
            reason: await protectedReason(dependencies, context, given ?? noReason),
          },
          { ...context, reasonCode: given?.code ?? noReason.code },
        ),
      );
      return answered(reply, position, reservationOf(reservationId, spaceId ?? '', state, revision));
    },
  );

  /** The directory knows a booking at once, whose it is only the read model. */
  async function requireVisible(request: FastifyRequest, reservationId: string): Promise<void> {
    const { role, tenantId } = principalOf(request);
    if ((await directory.find(tenantId, reservationId)) === null) throw notFound();
    if (role !== 'booker') return;
    const found = await findSoon(dependencies, 'reservations', () =>
      maybeOneReservation(read.database, tenantId, reservationId, now()),
    );
    if (!isVisible(request, found)) throw notFound();
  }

  async function withAlternatives(
    rejection: Rejection,
    tenantId: string,
    spaceId: string,
    start: Instant,
    end: Instant,
  ): Promise<ProblemError> {
    if (rejection.code !== 'conflict-overlap' && rejection.code !== 'conflict-override')
      return refused(rejection);
    const { state } = await handlers.space.load(tenantId, spaceId);
    if (state.status === 'unregistered') return refused(rejection);
    const alternatives = alternativesOf(spaceId, state, { start, end }, now());
    return refused({ ...rejection, facts: { ...rejection.facts, alternatives } });
  }
}
