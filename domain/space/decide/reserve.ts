import { termsOf } from '../../policy/policy.ts';
import { startAtOnce } from '../catch-up.ts';
import { type Reserve } from '../commands.ts';
import { type Draft } from '../draft.ts';
import { shifted } from '../shifted.ts';
import { type Reservation } from '../state.ts';
import { type Refusal } from './refusal.ts';
import { refuseBookingTimes, refuseClosure, refuseOverlap } from './reserve-rules.ts';

export function reserve(draft: Draft, command: Reserve): Refusal {
  const known = draft.space.reservations.find((one) => one.id === command.reservationId);
  if (known !== undefined) return refuseOther(known, command);
  const refusal =
    refuseBookingTimes(draft, command) ?? refuseOverlap(draft, command) ?? refuseClosure(draft, command);
  if (refusal !== null) return refusal;
  request(draft, command);
  if (draft.space.policy.values.booking_hold_s === 0) confirm(draft, command);
  return null;
}

/** Holder data is encrypted anew each time, and an anonymous booking has a new subject each time: only times tell. */
function refuseOther(known: Reservation, { start, end }: Reserve): Refusal {
  if (known.start === start && known.end === end) return null;
  return { code: 'already-exists', detail: 'Another booking was recorded under this id.' };
}

function request(draft: Draft, command: Reserve): void {
  const { reservationId, start, end, subjectId, holder } = command;
  const { values } = draft.space.policy;
  const holdS = values.booking_hold_s;
  const data = {
    reservation_id: reservationId,
    allocation_id: command.allocationId,
    start,
    end,
    ...(subjectId === undefined ? {} : { subject_id: subjectId }),
    ...(holder === undefined ? {} : { holder }),
    terms: termsOf(values),
    ...(holdS === 0 ? {} : { hold_expires_at: shifted(draft.now, holdS) }),
  };
  draft.recordQuietly({ type: 'ReservationRequested', data });
}

/** R17: the terms are frozen here. What begins at once is started in the same append. */
function confirm(draft: Draft, { reservationId, start }: Reserve): void {
  const terms = termsOf(draft.space.policy.values);
  draft.recordQuietly({
    type: 'ReservationConfirmed',
    data: { reservation_id: reservationId, terms },
  });
  if (start > draft.now) return;
  startAtOnce(draft, { kind: 'reservation-started', subject: reservationId, due: start });
}
