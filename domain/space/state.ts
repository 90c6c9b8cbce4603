import { type Attributes, type Location } from '../identity/names.ts';
import { type AdoptedPolicy, type Terms } from '../policy/policy.ts';
import { type Instant } from '../time/instant.ts';
import { type OccupancyValue, type OverrideKind, type StateName } from './events.ts';

/** A half-open interval in which the space had a device; `to` null: still has it. */
export interface Assignment {
  readonly devEui: string;
  readonly deviceType?: string;
  readonly heartbeatS?: number;
  readonly from: Instant;
  readonly to: Instant | null;
}

/** Physical occupancy, apart from any booking or override (rule S4). */
export interface Occupancy {
  readonly value: OccupancyValue;
  readonly since: Instant;
  /** The last value that was not UNKNOWN; null: never heard. */
  readonly lastKnown: 'VACANT' | 'OCCUPIED' | null;
  readonly lastHeardAt: Instant | null;
  readonly source: 'sensor' | 'staff' | 'import' | null;
  /** The stay in progress (also over a gap in which it may still be bridged). */
  readonly session: { readonly id: string; readonly startedAt: Instant } | null;
  /** The gap came from a change of sensors: a stay survives it only for a while (D3). */
  readonly sensorChanged: boolean;
}

export interface Override {
  readonly id: string;
  readonly kind: OverrideKind;
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  /** Recorded order: among equals in rank the latest recorded wins (O2). */
  readonly seq: number;
  /** Its beginning has been announced (OverrideStarted, or applied when already in force). */
  readonly started: boolean;
}

export type ReservationStatus =
  'PENDING' | 'CONFIRMED' | 'CHECKED_IN' | 'FULFILLED' | 'NO_SHOW' | 'CANCELLED' | 'REJECTED' | 'EXPIRED';

export interface Reservation {
  readonly id: string;
  readonly allocationId: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly status: ReservationStatus;
  readonly holdExpiresAt: Instant | null;
  readonly terms: Terms;
  readonly subjectId: string | null;
  /** ReservationStarted has been written. */
  readonly started: boolean;
}

/** All that `computeState` looks at: state at an instant follows from these facts alone (rule S2). */
export interface StateInputs {
  readonly overrides: readonly Override[];
  readonly reservations: readonly Reservation[];
  readonly occupancy: Occupancy;
  readonly unknownState: 'hold_last' | 'assume_free' | 'assume_occupied';
}

export interface DerivedState {
  readonly state: StateName;
  /** May a driver without a booking park now? null: nobody knows. */
  readonly available: boolean | null;
  /** The override that decided, or the reservation that did. */
  readonly override: Override | null;
  readonly reservation: Reservation | null;
}

/** What was last announced by SpaceStateChanged. */
export interface Announced {
  readonly state: StateName;
  readonly available: boolean | null;
  readonly effectiveAt: Instant;
}

export interface LiveSpace {
  readonly status: 'live' | 'decommissioned';
  readonly siteId: string;
  readonly zoneId: string | null;
  readonly code: string;
  readonly name: string;
  readonly building: string | null;
  readonly attributes: Attributes;
  readonly location: Location | null;
  readonly commissionedAt: Instant;
  readonly decommissionedAt: Instant | null;
  readonly policy: AdoptedPolicy;
  readonly sensors: readonly Assignment[];
  readonly displays: readonly Assignment[];
  readonly occupancy: Occupancy;
  /** Those that are in force or still to come. */
  readonly overrides: readonly Override[];
  /** Those that are open, and those that ended lately, so that a repeated command is recognised. */
  readonly reservations: readonly Reservation[];
  /** Ids of overrides that ended lately, for the same purpose. */
  readonly endedOverrides: readonly string[];
  /** Ids of observations by people that were recorded lately. */
  readonly observations: readonly string[];
  readonly nextSeq: number;
  readonly announced: Announced | null;
}

export type SpaceState = { readonly status: 'unregistered' } | LiveSpace;

export function inputsOf(space: LiveSpace): StateInputs {
  return {
    overrides: space.overrides,
    reservations: space.reservations,
    occupancy: space.occupancy,
    unknownState: space.policy.values.unknown_state,
  };
}
