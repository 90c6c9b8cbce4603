import { type Instant, laterOf } from '../time/instant.ts';
import { computeState } from './compute-state.ts';
import { holdEndsAt, isOpen, takenBy } from './reservation.ts';
import { shifted } from './shifted.ts';
import { type OverrideFact, type StateFacts } from './state.ts';

export { isBlocking, isOpen } from './reservation.ts';

export interface Interval {
  readonly from: Instant;
  readonly to: Instant;
}

type Calendar = Pick<StateFacts, 'overrides' | 'reservations'>;

/** The first instant after `after` at which the state or what blocks may change by itself; null: never. */
export function nextBoundaryAt(inputs: Calendar, after: Instant): Instant | null {
  let next: Instant | null = null;
  const consider = (at: Instant | null) => {
    if (at !== null && at > after && (next === null || at < next)) next = at;
  };
  for (const override of inputs.overrides) {
    consider(override.startsAt);
    consider(override.endsAt);
  }
  for (const one of inputs.reservations) {
    if (!isOpen(one)) continue;
    if (one.status === 'PENDING') consider(holdEndsAt(one));
    consider(one.start);
    consider(one.end);
  }
  return next;
}

/**
 * Until when a driver without a booking may stay, as far as the calendar knows; null: no end in sight, or the space is
 * not available now. A PENDING booking counts only once it is confirmed (R7).
 */
export function availableUntil(inputs: StateFacts, at: Instant): Instant | null {
  if (computeState(inputs, at).available !== true) return null;
  let next = nextBoundaryAt(inputs, at);
  while (next !== null && computeState(inputs, next).available === true) next = nextBoundaryAt(inputs, next);
  return next;
}

/**
 * The earliest instant from `at` on with no override, no booking and no buffer; null: none in sight. Whether a car will
 * stand there cannot be foreseen. FORCE_FREE lets drivers in, so it is no obstacle.
 */
export function nextAvailableSlot(inputs: Calendar, at: Instant, bufferS: number): Instant | null {
  const closed = inputs.overrides.filter((one) => one.kind !== 'FORCE_FREE');
  let candidate = at;
  for (const blocked of blockedIntervals(inputs, closed, at, bufferS)) {
    if (blocked.from > candidate) break;
    if (blocked.to === null) return null;
    candidate = laterOf(candidate, blocked.to);
  }
  return candidate;
}

/** The parts of [from, to) into which a booking made at `now` may be put, by the rules that `Reserve` decides by. */
export function freeIntervals(
  inputs: Calendar,
  from: Instant,
  to: Instant,
  now: Instant,
  bufferS: number,
): Interval[] {
  const free: Interval[] = [];
  let cursor = from;
  for (const blocked of blockedIntervals(inputs, inputs.overrides.filter(keepsBookingsOut), now, bufferS)) {
    if (blocked.from >= to) break;
    if (blocked.from > cursor) free.push({ from: cursor, to: blocked.from });
    if (blocked.to === null) return free;
    cursor = laterOf(cursor, blocked.to);
  }
  if (cursor < to) free.push({ from: cursor, to });
  return free;
}

/** O4, O5: the others only change what is shown. */
export function keepsBookingsOut({ kind }: Pick<OverrideFact, 'kind'>): boolean {
  return kind === 'OUT_OF_SERVICE' || kind === 'BLOCKED';
}

interface Blocked {
  readonly from: Instant;
  readonly to: Instant | null;
}

function blockedIntervals(
  inputs: Calendar,
  overrides: readonly OverrideFact[],
  now: Instant,
  bufferS: number,
): Blocked[] {
  const blocked: Blocked[] = overrides.map((one) => ({ from: one.startsAt, to: one.endsAt }));
  for (const one of inputs.reservations) {
    const taken = takenBy(one, now);
    if (taken === null) continue;
    blocked.push({ from: shifted(taken.from, -bufferS), to: shifted(taken.to, bufferS) });
  }
  return blocked.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}
