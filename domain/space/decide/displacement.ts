import { type Draft } from '../draft.ts';
import { type ReservationFact } from '../state.ts';

/** Bookings as a refusal shows them: which and when, never whose. */
export function conflictsOf(bookings: readonly ReservationFact[]) {
  return bookings.map((one) => ({ reservation_id: one.id, start_time: one.start, end_time: one.end }));
}

/** Displaced bookings are cancelled by the operator, with that as the reason (O4). */
export function cancelDisplaced(
  draft: Draft,
  bookings: readonly ReservationFact[],
  overrideId?: string,
): void {
  for (const { id } of bookings) {
    if (overrideId !== undefined) {
      const data = { reservation_id: id, override_id: overrideId };
      draft.recordQuietly({ type: 'ReservationDisplaced', data });
    }
    const reason = { code: 'displaced' as const };
    const data = { reservation_id: id, by: 'operator' as const, reason, terms_kept: false };
    draft.record({ type: 'ReservationCancelled', data });
  }
}
