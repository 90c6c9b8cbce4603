import { type CancelReservation } from '../commands.ts';
import { type Draft } from '../draft.ts';
import { isOpen } from '../reservation.ts';
import { shifted } from '../shifted.ts';
import { type Refusal } from './refusal.ts';

/** R12: within the terms the holder may, later only an operator. Repeating it gives the same answer. */
export function cancelReservation(draft: Draft, command: CancelReservation): Refusal {
  const { reservationId, by, reason } = command;
  const known = draft.space.reservations.find((one) => one.id === reservationId);
  if (known === undefined) return { code: 'not-found', detail: 'There is no such reservation.' };
  if (known.status === 'CANCELLED') return null;
  if (!isOpen(known)) {
    return {
      code: 'invalid-transition',
      detail: `The reservation is ${known.status}.`,
      facts: { status: known.status },
    };
  }
  const cancellableUntil = shifted(known.start, -known.terms.cancel_until_s);
  const withinTerms = draft.now < cancellableUntil;
  if (!withinTerms && by === 'holder') {
    return {
      code: 'not-cancellable',
      detail: 'It is too late to cancel.',
      facts: { cancellable_until: cancellableUntil },
    };
  }
  const data = { reservation_id: reservationId, by, reason, terms_kept: withinTerms };
  draft.record({ type: 'ReservationCancelled', data });
  return null;
}
