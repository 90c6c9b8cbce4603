import { z } from 'zod';
import { termsSchema } from '../../../domain/policy/policy.ts';
import { type ReservationStatus, type SpaceState } from '../../../domain/space/state.ts';
import { type ReservationView } from '../../../projections/reservations/queries.ts';
import { notFound } from '../problems/problem.ts';
import { idOutput, instantOutput, positionField } from './wire.ts';

export const reservationStatuses = [
  'PENDING',
  'CONFIRMED',
  'CHECKED_IN',
  'FULFILLED',
  'NO_SHOW',
  'CANCELLED',
  'REJECTED',
  'EXPIRED',
] as const satisfies readonly ReservationStatus[];

/** What the aggregate and the read model both know. Never the holder. */
const shared = {
  id: idOutput,
  space_id: idOutput,
  start_time: instantOutput,
  end_time: instantOutput.describe('Half-open: the space is free again at this instant'),
  status: z.enum(reservationStatuses),
  hold_expires_at: instantOutput.nullable(),
  terms: z.object(termsSchema.shape).describe('Frozen when the booking was made; seconds'),
  revision: z.number().describe('Of the space'),
};

export const holderOutput = z.object({
  name: z.string().optional(),
  email: z.string().optional(),
  plate: z.string().optional(),
});

export const listedReservationOutput = z
  .object({
    ...shared,
    requested_at: instantOutput,
    confirmed_at: instantOutput.nullable(),
    ended_at: instantOutput.nullable(),
    cancelled_by: z.enum(['holder', 'operator', 'system']).nullable(),
    reason_code: z.string().nullable(),
  })
  .meta({ id: 'Reservation' });
export const reservationOutput = listedReservationOutput.extend({
  holder: holderOutput
    .nullable()
    .optional()
    .describe(
      'Only for keys with the scope holder:read, whose reading is recorded. null: none given, or erased',
    ),
});
export const changedReservationOutput = z.object({ ...shared, ...positionField });

/** From the space's aggregate, for the answer of a change. */
export function reservationOf(
  reservationId: string,
  spaceId: string,
  space: SpaceState,
  revision: number | null,
) {
  const held =
    space.status === 'unregistered' ? undefined : space.reservations.find((one) => one.id === reservationId);
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

export function shownReservation(one: ReservationView) {
  return {
    id: one.reservationId,
    space_id: one.spaceId,
    start_time: one.start,
    end_time: one.end,
    status: one.status,
    hold_expires_at: one.holdExpiresAt,
    terms: one.terms,
    revision: one.revision,
    requested_at: one.requestedAt,
    confirmed_at: one.confirmedAt,
    ended_at: one.endedAt,
    cancelled_by: one.cancelledBy,
    reason_code: one.reasonCode,
  };
}
