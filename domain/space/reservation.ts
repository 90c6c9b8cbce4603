import { type Instant } from '../time/instant.ts';
import { type ReservationFact } from './state.ts';

/** Not over yet. */
export function isOpen(one: Pick<ReservationFact, 'status'>): boolean {
  return one.status === 'PENDING' || one.status === 'CONFIRMED' || one.status === 'CHECKED_IN';
}

/** When a PENDING booking gives up; one without a time limit does at its end. */
export function holdEndsAt(one: Pick<ReservationFact, 'end' | 'holdExpiresAt'>): Instant {
  return one.holdExpiresAt ?? one.end;
}

/** R2, R3: does this booking keep others out at `now`? An overdue hold does not, whoever writes that down. */
export function isBlocking(one: ReservationFact, now: Instant): boolean {
  return one.status === 'PENDING' ? holdEndsAt(one) > now : isOpen(one);
}

/**
 * The interval that a booking takes from others at `now`; null: none. One that is over keeps what it consumed, so that
 * the buffer behind it holds and no later booking reaches back into it (R2).
 */
export function takenBy(
  one: ReservationFact,
  now: Instant,
): { readonly from: Instant; readonly to: Instant } | null {
  if (isBlocking(one, now)) return { from: one.start, to: one.end };
  if (one.status !== 'FULFILLED' && one.status !== 'NO_SHOW') return null;
  const to = one.freedFrom ?? one.end;
  return to > one.start ? { from: one.start, to } : null;
}
