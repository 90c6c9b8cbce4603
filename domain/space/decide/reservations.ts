import { termsOf } from '../../policy/policy.ts';
import { addSeconds, secondsBetween } from '../../time/instant.ts';
import { type CancelReservation, type Reserve } from '../commands.ts';
import { type Refusal } from '../refusal.ts';
import { type Draft } from '../draft.ts';
import { isBlocking } from '../next-boundary.ts';
import { type Reservation } from '../state.ts';

export function reserve(draft: Draft, command: Reserve): Refusal {
  const known = draft.space.reservations.find((one) => one.id === command.reservationId);
  if (known !== undefined) {
    return isSameBooking(known, command)
      ? null
      : { code: 'already-exists', detail: 'Another booking was recorded under this id.' };
  }
  const refusal =
    refuseTimes(draft, command) ?? refuseOverlap(draft, command) ?? refuseClosure(draft, command);
  if (refusal !== null) return refusal;
  recordBooking(draft, command);
  return null;
}

function recordBooking(draft: Draft, command: Reserve): void {
  const { reservationId, start, end, subjectId, holder, now } = command;
  const { values } = draft.space.policy;
  const terms = termsOf(values);
  const requested = {
    reservation_id: reservationId,
    allocation_id: command.allocationId,
    start,
    end,
    ...(subjectId === undefined ? {} : { subject_id: subjectId }),
    ...(holder === undefined ? {} : { holder }),
    terms,
    ...(values.booking_hold_s === 0 ? {} : { hold_expires_at: addSeconds(now, values.booking_hold_s) }),
  };
  draft.record({ type: 'ReservationRequested', data: requested }, now, now);
  if (values.booking_hold_s > 0) return;
  const confirmed = { reservation_id: reservationId, terms };
  if (start > now) {
    draft.record({ type: 'ReservationConfirmed', data: confirmed }, now, now);
    return;
  }
  // It begins at once: the start is a boundary that is due already.
  draft.recordQuietly({ type: 'ReservationConfirmed', data: confirmed }, now);
  const started = { reservation_id: reservationId, scheduled_at: start };
  draft.recordBoundary(
    { type: 'ReservationStarted', data: started },
    { kind: 'reservation-started', subject: reservationId, due: start },
  );
}

function isSameBooking(known: Reservation, command: Reserve): boolean {
  return known.start === command.start && known.end === command.end;
}

/** R1. */
function refuseTimes(draft: Draft, { start, end, now }: Reserve): Refusal {
  const { values } = draft.space.policy;
  if (start >= end) return { code: 'too-short', detail: 'A booking must start before it ends.' };
  if (start < addSeconds(now, -values.booking_past_tolerance_s) || end <= now) {
    return { code: 'in-the-past', detail: 'A booking cannot start in the past.' };
  }
  const lengthS = secondsBetween(start, end);
  if (lengthS < values.booking_min_s) {
    return {
      code: 'too-short',
      detail: 'The booking is too short.',
      facts: { limit_s: values.booking_min_s },
    };
  }
  if (lengthS > values.booking_max_s) {
    return { code: 'too-long', detail: 'The booking is too long.', facts: { limit_s: values.booking_max_s } };
  }
  if (secondsBetween(now, start) > values.booking_ahead_max_s) {
    return {
      code: 'too-far-ahead',
      detail: 'The booking is too far ahead.',
      facts: { limit_s: values.booking_ahead_max_s },
    };
  }
  return null;
}

/** R2: half-open intervals with the policy's buffer; other holders are never shown. */
function refuseOverlap(draft: Draft, { start, end, now }: Reserve): Refusal {
  const bufferS = draft.space.policy.values.booking_buffer_s;
  const [from, to] = [addSeconds(start, -bufferS), addSeconds(end, bufferS)];
  const taken = draft.space.reservations.filter(
    (one) => isBlocking(one, now) && from < one.end && one.start < to,
  );
  if (taken.length === 0) return null;
  return {
    code: 'conflict-overlap',
    detail: 'The space is booked in that time.',
    facts: { conflicts: taken.map((one) => ({ start_time: one.start, end_time: one.end })) },
  };
}

/** O5. */
function refuseClosure(draft: Draft, { start, end }: Reserve): Refusal {
  const closed = draft.space.overrides.filter(
    (one) =>
      (one.kind === 'OUT_OF_SERVICE' || one.kind === 'BLOCKED') &&
      one.startsAt < end &&
      (one.endsAt === null || one.endsAt > start),
  );
  if (closed.length === 0) return null;
  return {
    code: 'conflict-override',
    detail: 'The space is closed in that time.',
    facts: { conflicts: closed.map((one) => ({ start_time: one.startsAt, end_time: one.endsAt })) },
  };
}

/** R12: repeating it gives the same answer. */
export function cancelReservation(draft: Draft, command: CancelReservation): Refusal {
  const { reservationId, by, reason, now } = command;
  const known = draft.space.reservations.find((one) => one.id === reservationId);
  if (known === undefined) return { code: 'not-found', detail: 'There is no such reservation.' };
  if (known.status === 'CANCELLED') return null;
  if (!isBlocking(known, now)) {
    return {
      code: 'invalid-transition',
      detail: `The reservation is ${known.status}.`,
      facts: { status: known.status },
    };
  }
  const cancellableUntil = addSeconds(known.start, -known.terms.cancel_until_s);
  const withinTerms = now < cancellableUntil;
  if (!withinTerms && by === 'holder') {
    return {
      code: 'not-cancellable',
      detail: 'It is too late to cancel.',
      facts: { cancellable_until: cancellableUntil },
    };
  }
  const data = { reservation_id: reservationId, by, reason, terms_kept: withinTerms };
  draft.record({ type: 'ReservationCancelled', data }, now, now);
  return null;
}
