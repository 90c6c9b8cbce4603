import { type Instant } from '../time/instant.ts';
import { type OverrideKind } from './events.ts';
import {
  type DerivedState,
  type Occupancy,
  type Override,
  type Reservation,
  type StateInputs,
} from './state.ts';

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
export function computeState(inputs: StateInputs, at: Instant): DerivedState {
  const override = effectiveOverride(inputs.overrides, at);
  const reservation = activeReservation(inputs.reservations, at);
  if (override !== null) return { ...byOverride(override.kind), override, reservation };
  if (reservation !== null) return { state: 'RESERVED', available: false, override, reservation };
  return { ...byOccupancy(inputs.occupancy, inputs.unknownState), override, reservation };
}

/** O2: the highest kind, among equals the latest recorded. */
export function effectiveOverride(overrides: readonly Override[], at: Instant): Override | null {
  let best: Override | null = null;
  for (const override of overrides) {
    if (override.startsAt > at || (override.endsAt !== null && override.endsAt <= at)) continue;
    if (best === null || outranks(override, best)) best = override;
  }
  return best;
}

function outranks(a: Override, b: Override): boolean {
  return RANK[a.kind] !== RANK[b.kind] ? RANK[a.kind] > RANK[b.kind] : a.seq > b.seq;
}

export function activeReservation(reservations: readonly Reservation[], at: Instant): Reservation | null {
  for (const one of reservations) {
    const firm = one.status === 'CONFIRMED' || one.status === 'CHECKED_IN';
    if (firm && one.start <= at && at < one.end) return one;
  }
  return null;
}

function byOverride(kind: OverrideKind): Pick<DerivedState, 'state' | 'available'> {
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

function byOccupancy(
  occupancy: Occupancy,
  unknownState: StateInputs['unknownState'],
): Pick<DerivedState, 'state' | 'available'> {
  if (occupancy.value === 'OCCUPIED') return { state: 'OCCUPIED', available: false };
  if (occupancy.value === 'VACANT') return { state: 'FREE', available: true };
  // Row 8: never heard. Row 7: silent now; we show what policy says, and `available: null` says that nobody knows.
  if (occupancy.lastKnown === null) return { state: 'FREE', available: null };
  const shown =
    unknownState === 'hold_last'
      ? occupancy.lastKnown
      : unknownState === 'assume_free'
        ? 'VACANT'
        : 'OCCUPIED';
  return { state: shown === 'OCCUPIED' ? 'OCCUPIED' : 'FREE', available: null };
}
