import { type SpaceEvent } from './events.ts';
import { keepLast } from './keep-last.ts';
import { isOpen } from './next-boundary.ts';
import { type LiveSpace, type Reservation } from './state.ts';

type ReservationEvent = Extract<
  SpaceEvent,
  {
    type:
      | 'ReservationRequested'
      | 'ReservationConfirmed'
      | 'ReservationExpired'
      | 'ReservationCancelled'
      | 'ReservationStarted'
      | 'ReservationFulfilled'
      | 'ReservationDisplaced';
  }
>;

export function evolveReservation(space: LiveSpace, event: ReservationEvent): LiveSpace {
  const id = event.data.reservation_id;
  switch (event.type) {
    case 'ReservationRequested': {
      const {
        allocation_id: allocationId,
        start,
        end,
        terms,
        hold_expires_at: hold,
        subject_id: subject,
      } = event.data;
      const requested: Reservation = {
        id,
        allocationId,
        start,
        end,
        status: 'PENDING',
        holdExpiresAt: hold ?? null,
        terms,
        subjectId: subject ?? null,
        started: false,
      };
      return { ...space, reservations: [...space.reservations, requested] };
    }
    case 'ReservationConfirmed':
      return changed(space, id, { status: 'CONFIRMED', holdExpiresAt: null, terms: event.data.terms });
    case 'ReservationStarted':
      return changed(space, id, { started: true });
    case 'ReservationExpired':
      return ended(changed(space, id, { status: 'EXPIRED' }));
    case 'ReservationCancelled':
      return ended(changed(space, id, { status: 'CANCELLED' }));
    case 'ReservationFulfilled':
      return ended(changed(space, id, { status: 'FULFILLED' }));
    case 'ReservationDisplaced':
      // What becomes of it is said by the event that follows.
      return space;
  }
}

function changed(space: LiveSpace, id: string, change: Partial<Reservation>): LiveSpace {
  return {
    ...space,
    reservations: space.reservations.map((one) => (one.id === id ? { ...one, ...change } : one)),
  };
}

/** Those that are over are kept for a while, so that a repeated command is recognised. */
function ended(space: LiveSpace): LiveSpace {
  const over = space.reservations.filter((one) => !isOpen(one));
  const kept = keepLast(over);
  if (kept.length === over.length) return space;
  const dropped = new Set(over.slice(0, over.length - kept.length));
  return { ...space, reservations: space.reservations.filter((one) => !dropped.has(one)) };
}
