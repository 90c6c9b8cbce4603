import { caughtUp } from './caught-up.ts';
import { type SpaceEvent } from './events.ts';
import { KEPT } from './keep-last.ts';
import { isOpen } from './reservation.ts';
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
  if (event.type === 'ReservationRequested') return requested(space, event.data);
  const place = space.reservations.findIndex((one) => one.id === event.data.reservation_id);
  const booking = space.reservations[place];
  if (booking === undefined || !isOpen(booking)) return space;
  const pending = booking.status === 'PENDING';
  const changed = (change: Partial<Reservation>) => ({
    ...space,
    reservations: space.reservations.with(place, { ...booking, ...change }),
  });
  switch (event.type) {
    case 'ReservationConfirmed':
      if (!pending) return space;
      return changed({ status: 'CONFIRMED', holdExpiresAt: null, terms: event.data.terms });
    case 'ReservationStarted':
      if (pending) return space;
      return { ...changed({ started: true }), caughtUpTo: caughtUp(space, event.data.scheduled_at) };
    case 'ReservationExpired':
      if (!pending) return space;
      return {
        ...ended(space, place, { ...booking, status: 'EXPIRED' }),
        caughtUpTo: caughtUp(space, event.data.scheduled_at),
      };
    case 'ReservationFulfilled':
      if (pending) return space;
      return {
        ...ended(space, place, {
          ...booking,
          status: 'FULFILLED',
          freedFrom: event.data.freed_from ?? null,
        }),
        caughtUpTo: caughtUp(space, event.data.at),
      };
    case 'ReservationCancelled':
      return ended(space, place, { ...booking, status: 'CANCELLED' });
    case 'ReservationDisplaced':
      // What becomes of it is said by the event that follows.
      return space;
  }
}

function requested(
  space: LiveSpace,
  data: Extract<ReservationEvent, { type: 'ReservationRequested' }>['data'],
): LiveSpace {
  if (space.reservations.some((one) => one.id === data.reservation_id)) return space;
  const booking: Reservation = {
    id: data.reservation_id,
    allocationId: data.allocation_id,
    start: data.start,
    end: data.end,
    status: 'PENDING',
    holdExpiresAt: data.hold_expires_at ?? null,
    freedFrom: null,
    terms: data.terms,
    subjectId: data.subject_id ?? null,
    started: false,
  };
  const firstOver = space.reservations.findIndex((one) => !isOpen(one));
  const place = firstOver === -1 ? space.reservations.length : firstOver;
  return { ...space, reservations: space.reservations.toSpliced(place, 0, booking) };
}

/**
 * What is over moves behind what is open, the latest last, and the oldest of its sort is forgotten: those that consumed
 * time apart from the others, since a buffer may still stand behind them however many are cancelled meanwhile.
 */
function ended(space: LiveSpace, place: number, booking: Reservation): LiveSpace {
  const reservations = [...space.reservations.toSpliced(place, 1), booking];
  const sort = reservations.filter((one) => !isOpen(one) && consumed(one) === consumed(booking));
  const [oldest] = sort;
  const forgotten = sort.length > KEPT ? oldest : undefined;
  return {
    ...space,
    reservations: forgotten === undefined ? reservations : reservations.filter((one) => one !== forgotten),
  };
}

function consumed({ status }: Reservation): boolean {
  return status === 'FULFILLED' || status === 'NO_SHOW';
}
