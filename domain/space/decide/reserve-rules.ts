import { secondsBetween } from '../../time/instant.ts';
import { type RejectionCode } from '../../event/rejection.ts';
import { type Reserve } from '../commands.ts';
import { type Draft } from '../draft.ts';
import { keepsBookingsOut } from '../next-boundary.ts';
import { takenBy } from '../reservation.ts';
import { shifted } from '../shifted.ts';
import { type Refusal } from './refusal.ts';

/** R1: half-open, not empty, not in the past, as long as the policy allows, and not too far ahead. */
export function refuseBookingTimes({ space, now }: Draft, { start, end }: Reserve): Refusal {
  const { values } = space.policy;
  if (start >= end) return { code: 'too-short', detail: 'A booking must start before it ends.' };
  if (start < shifted(now, -values.booking_past_tolerance_s) || end <= now) {
    return { code: 'in-the-past', detail: 'A booking cannot start in the past.' };
  }
  const lengthS = secondsBetween(start, end);
  if (lengthS < values.booking_min_s) return beyond('too-short', values.booking_min_s);
  if (lengthS > values.booking_max_s) return beyond('too-long', values.booking_max_s);
  const aheadS = secondsBetween(now, start);
  return aheadS > values.booking_ahead_max_s ? beyond('too-far-ahead', values.booking_ahead_max_s) : null;
}

function beyond(code: RejectionCode, limitS: number): Refusal {
  return { code, detail: `The booking is ${code.replaceAll('-', ' ')}.`, facts: { limit_s: limitS } };
}

/** R2: with the policy's buffer between two bookings. Of the others it is told when they are, never whose. */
export function refuseOverlap({ space, now }: Draft, { start, end }: Reserve): Refusal {
  const bufferS = space.policy.values.booking_buffer_s;
  const [from, to] = [shifted(start, -bufferS), shifted(end, bufferS)];
  const conflicts = space.reservations.flatMap((one) => {
    const taken = takenBy(one, now);
    if (taken === null || taken.to <= from || taken.from >= to) return [];
    return [{ start_time: taken.from, end_time: taken.to }];
  });
  if (conflicts.length === 0) return null;
  return { code: 'conflict-overlap', detail: 'The space is booked in that time.', facts: { conflicts } };
}

/** O5: nobody is promised a space that will be closed. */
export function refuseClosure({ space }: Draft, { start, end }: Reserve): Refusal {
  const conflicts = space.overrides
    .filter(
      (one) => keepsBookingsOut(one) && one.startsAt < end && (one.endsAt === null || one.endsAt > start),
    )
    .map((one) => ({ start_time: one.startsAt, end_time: one.endsAt }));
  if (conflicts.length === 0) return null;
  return { code: 'conflict-override', detail: 'The space is closed in that time.', facts: { conflicts } };
}
