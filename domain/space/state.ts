import { type Attributes, type Location } from '../identity/names.ts';
import { type AdoptedPolicy, type Terms } from '../policy/policy.ts';
import { type ReasonCode } from '../reason/reason.ts';
import { type Instant } from '../time/instant.ts';
import { type OccupancyHistory } from './history/occupancy-history.ts';
import { type OccupancyValue, type OverrideKind, type SpaceEvent, type StateName } from './events.ts';

/** A half-open interval in which the space had a device; `to` null: still has it. */
export interface Assignment {
  readonly devEui: string;
  readonly deviceType?: string;
  readonly heartbeatS?: number;
  /** The process that assigned it: a sensor's only. */
  readonly processId?: string;
  readonly from: Instant;
  readonly to: Instant | null;
}

/** What `computeState` needs to know of the bay itself. */
export interface OccupancyFact {
  readonly value: OccupancyValue;
  /** The last value that was not UNKNOWN; null: never heard. */
  readonly lastKnown: 'VACANT' | 'OCCUPIED' | null;
}

/** Physical occupancy, apart from any booking or override (rule S4). */
export interface Occupancy extends OccupancyFact {
  readonly since: Instant;
  readonly lastHeardAt: Instant | null;
  readonly source: 'sensor' | 'staff' | 'import' | null;
  /** The stay in progress (also over a gap in which it may still be bridged). */
  readonly session: { readonly id: string; readonly startedAt: Instant } | null;
  /** In a gap: since when no longer the same sensor watches. A stay survives that only for a while (D3). */
  readonly sensorChangedAt: Instant | null;
  /** What was there before: it goes on where the present turns out to have lasted no time. */
  readonly before: OccupancyBefore | null;
}

export interface OccupancyBefore {
  readonly value: OccupancyValue;
  readonly since: Instant;
  readonly sessionId: string | null;
}

/** What `computeState` needs to know of an override. */
export interface OverrideFact {
  readonly id: string;
  readonly kind: OverrideKind;
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  /** Recorded order: among equals in rank the latest recorded wins (O2). */
  readonly seq: number;
}

export interface Override extends OverrideFact {
  readonly reasonCode: ReasonCode;
  /** OverrideStarted has been written. */
  readonly started: boolean;
}

export type ReservationStatus =
  'PENDING' | 'CONFIRMED' | 'CHECKED_IN' | 'FULFILLED' | 'NO_SHOW' | 'CANCELLED' | 'REJECTED' | 'EXPIRED';

/** What `computeState` and availability need to know of a booking. */
export interface ReservationFact {
  readonly id: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly status: ReservationStatus;
  readonly holdExpiresAt: Instant | null;
  /** Where it ended early, the rest is free from here on. */
  readonly freedFrom?: Instant | null;
}

export interface Reservation extends ReservationFact {
  readonly allocationId: string;
  readonly terms: Terms;
  readonly subjectId: string | null;
  /** ReservationStarted has been written. */
  readonly started: boolean;
}

/** All that `computeState` looks at: state at an instant follows from these facts alone (rule S2). */
export interface StateFacts {
  readonly overrides: readonly OverrideFact[];
  readonly reservations: readonly ReservationFact[];
  readonly occupancy: OccupancyFact;
  readonly unknownState: 'hold_last' | 'assume_free' | 'assume_occupied';
}

/** The same facts as the aggregate keeps them, with what only its fold needs. */
export interface StateInputs extends StateFacts {
  readonly overrides: readonly Override[];
  readonly reservations: readonly Reservation[];
  readonly occupancy: Occupancy;
}

export interface DerivedState {
  readonly state: StateName;
  /** May a driver without a booking park now? null: nobody knows. */
  readonly available: boolean | null;
  /** The override that decided, or the reservation that did (or would have, without the override). */
  readonly override: OverrideFact | null;
  readonly reservation: ReservationFact | null;
}

/** What was last announced by SpaceStateChanged. `available` is as of then: it may change without a change of state. */
export interface Announced {
  readonly state: StateName;
  readonly available: boolean | null;
  readonly effectiveAt: Instant;
  /** The event that made it so. */
  readonly cause: { readonly event: string; readonly id?: string | undefined };
}

export type Registration = Extract<SpaceEvent, { readonly type: 'SpaceRegistered' }>['data'];

export interface LiveSpace {
  readonly status: 'live' | 'decommissioned';
  /** As it was registered, to tell a repeat from another registration. Absent in a state rebuilt from a row. */
  readonly registered?: Registration;
  readonly siteId: string;
  readonly zoneId: string | null;
  /** The space belongs to its zone since then (D6). Absent in a state rebuilt from a row. */
  readonly zoneSince?: Instant;
  readonly code: string;
  readonly name: string;
  readonly building: string | null;
  readonly attributes: Attributes;
  readonly location: Location | null;
  readonly commissionedAt: Instant;
  readonly decommissionedAt: Instant | null;
  readonly policy: AdoptedPolicy;
  /** All intervals ever: a late frame is judged by them. */
  readonly sensors: readonly Assignment[];
  readonly displays: readonly Assignment[];
  readonly occupancy: Occupancy;
  /** What was published of it lately. Absent in a state rebuilt from a row. */
  readonly history?: OccupancyHistory;
  /** How often the past was corrected. */
  readonly corrections: number;
  /** Those that are in force or still to come. */
  readonly overrides: readonly Override[];
  /** Overrides that ended lately, so that a repeated command is recognised (see keep-last.ts for how many). */
  readonly endedOverrides: readonly Override[];
  /** Those that are open in the order of their requests, then those that ended lately in the order of their ends. */
  readonly reservations: readonly Reservation[];
  /** Ids of observations by people that were recorded lately. */
  readonly observations: readonly string[];
  readonly nextSeq: number;
  readonly announced: Announced | null;
  /**
   * Every calendar boundary up to here has been written. A writer whose clock is behind decides as of this instant:
   * for a space, time does not go back. Absent in a state rebuilt from a row.
   */
  readonly caughtUpTo?: Instant | null;
}

/** `historyKeptS`: how long the space is to remember what it published, where that is not the usual time. */
export type SpaceState = { readonly status: 'unregistered'; readonly historyKeptS?: number } | LiveSpace;

export function inputsOf(space: LiveSpace): StateInputs {
  return {
    overrides: space.overrides,
    reservations: space.reservations,
    occupancy: space.occupancy,
    unknownState: space.policy.values.unknown_state,
  };
}
