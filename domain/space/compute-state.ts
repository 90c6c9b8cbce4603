import { type Instant } from '../time/instant.ts';
import { type OverrideKind } from './events.ts';
import {
  type DerivedState,
  type OccupancyFact,
  type OverrideFact,
  type ReservationFact,
  type StateFacts,
} from './state.ts';

type Shown = Pick<DerivedState, 'state' | 'available'>;

const RANK: Readonly<Record<OverrideKind, number>> = {
  OUT_OF_SERVICE: 4,
  BLOCKED: 3,
  FORCE_OCCUPIED: 2,
  FORCE_FREE: 1,
};

/**
 * The state of a space at an instant (rules S1–S3): override before reservation before sensor. Pure and total: it
 * follows from the facts and the instant alone, so a read is right even while no clock announces anything.
 */
export function computeState(inputs: StateFacts, at: Instant): DerivedState {
  const override = effectiveOverride(inputs.overrides, at);
  const reservation = activeReservation(inputs.reservations, at);
  if (override !== null) return { ...byOverride(override.kind), override, reservation };
  if (reservation !== null) return { state: 'RESERVED', available: false, override, reservation };
  return { ...byOccupancy(inputs.occupancy, inputs.unknownState), override, reservation };
}

/** O2: the highest kind, among equals the latest recorded. */
export function effectiveOverride(overrides: readonly OverrideFact[], at: Instant): OverrideFact | null {
  let best: OverrideFact | null = null;
  for (const override of overrides) {
    if (override.startsAt > at || (override.endsAt !== null && override.endsAt <= at)) continue;
    if (best === null || outranks(override, best)) best = override;
  }
  return best;
}

function outranks(a: OverrideFact, b: OverrideFact): boolean {
  return RANK[a.kind] !== RANK[b.kind] ? RANK[a.kind] > RANK[b.kind] : a.seq > b.seq;
}

/** A PENDING booking keeps others from booking, but the bay is not yet reserved (R7). */
export function activeReservation(
  reservations: readonly ReservationFact[],
  at: Instant,
): ReservationFact | null {
  for (const one of reservations) {
    const firm = one.status === 'CONFIRMED' || one.status === 'CHECKED_IN';
    if (firm && one.start <= at && at < one.end) return one;
  }
  return null;
}

function byOverride(kind: OverrideKind): Shown {
  switch (kind) {
    case 'OUT_OF_SERVICE':
    case 'BLOCKED':
      return { state: 'MAINTENANCE', available: false };
    case 'FORCE_OCCUPIED':
      return { state: 'OCCUPIED', available: false };
    case 'FORCE_FREE':
      return { state: 'FREE', available: true };
  }
}

/** Rows 5–8 of the table: what the bay shows by itself. */
export function byOccupancy(occupancy: OccupancyFact, unknownState: StateFacts['unknownState']): Shown {
  if (occupancy.value === 'OCCUPIED') return { state: 'OCCUPIED', available: false };
  if (occupancy.value === 'VACANT') return { state: 'FREE', available: true };
  if (occupancy.lastKnown === null) return { state: 'FREE', available: null };
  // Silent now: the policy says what is shown, and `available: null` says that nobody knows.
  const parked =
    unknownState === 'hold_last' ? occupancy.lastKnown === 'OCCUPIED' : unknownState === 'assume_occupied';
  return { state: parked ? 'OCCUPIED' : 'FREE', available: null };
}
