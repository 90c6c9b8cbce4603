import { addSeconds, type Instant, laterOf } from '../time/instant.ts';
import { computeState } from './compute-state.ts';
import { type Override, type Reservation, type StateInputs } from './state.ts';

export interface Interval {
  readonly from: Instant;
  readonly to: Instant;
}

/** The first instant after `after` at which the state or what blocks may change by itself; null: never. */
export function nextBoundaryAt(
  inputs: Pick<StateInputs, 'overrides' | 'reservations'>,
  after: Instant,
): Instant | null {
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
    if (one.status === 'PENDING') consider(one.holdExpiresAt);
    consider(one.start);
    consider(one.end);
  }
  return next;
}

/** R2, R3: does this booking keep others out at `now`? An overdue hold does not, whoever writes that down. */
export function isBlocking(one: Reservation, now: Instant): boolean {
  if (one.status === 'PENDING') return one.holdExpiresAt === null || one.holdExpiresAt > now;
  return one.status === 'CONFIRMED' || one.status === 'CHECKED_IN';
}

export function isOpen(one: Reservation): boolean {
  return one.status === 'PENDING' || one.status === 'CONFIRMED' || one.status === 'CHECKED_IN';
}

/** Until when the present availability lasts without any new event: the start of the next blocking thing. */
export function availableUntil(inputs: StateInputs, at: Instant): Instant | null {
  if (computeState(inputs, at).available !== true) return null;
  const starts = blockedIntervals(inputs, at, 0).map((one) => one.from);
  return starts.filter((start) => start > at).sort()[0] ?? null;
}

/** The earliest instant from `at` on with no override, no booking and no buffer (occupancy cannot be foreseen). */
export function nextAvailableSlot(inputs: StateInputs, at: Instant, bufferS: number): Instant | null {
  let candidate = at;
  for (const blocked of blockedIntervals(inputs, at, bufferS)) {
    if (blocked.from > candidate) break;
    if (blocked.to === null) return null;
    candidate = laterOf(candidate, blocked.to);
  }
  return candidate;
}

/** The parts of [from, to) in which the space could be booked. */
export function freeIntervals(
  inputs: StateInputs,
  from: Instant,
  to: Instant,
  now: Instant,
  bufferS: number,
): Interval[] {
  const free: Interval[] = [];
  let cursor = from;
  for (const blocked of blockedIntervals(inputs, now, bufferS)) {
    if (blocked.from >= to) break;
    if (blocked.from > cursor) free.push({ from: cursor, to: blocked.from });
    if (blocked.to === null) return free;
    cursor = laterOf(cursor, blocked.to);
  }
  if (cursor < to) free.push({ from: cursor, to });
  return free;
}

interface Blocked {
  readonly from: Instant;
  readonly to: Instant | null;
}

function blockedIntervals(inputs: StateInputs, now: Instant, bufferS: number): Blocked[] {
  const byOverrides = inputs.overrides.filter((one) => one.kind !== 'FORCE_FREE').map(asBlocked);
  const byBookings = inputs.reservations
    .filter((one) => isBlocking(one, now))
    .map((one) => ({ from: addSeconds(one.start, -bufferS), to: addSeconds(one.end, bufferS) }));
  return [...byOverrides, ...byBookings].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}

function asBlocked(override: Override): Blocked {
  return { from: override.startsAt, to: override.endsAt };
}
