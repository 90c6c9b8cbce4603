import { type Ciphertext } from '../personal-data/ciphertext.ts';
import { type Attributes, type Location } from '../identity/names.ts';
import { type AdoptedPolicy } from '../policy/policy.ts';
import { type Reason } from '../reason/reason.ts';
import { type Instant } from '../time/instant.ts';
import { type Evidence, type OccupancyValue, type OverrideKind } from './events.ts';

/**
 * Commands of a space. `now` is the writer's clock at the decision; ids are made by the caller from the command's id,
 * so that a retry finds its own work. Every command first catches up the calendar boundaries ≤ now.
 */
interface At {
  readonly now: Instant;
}

export interface RegisterSpace extends At {
  readonly type: 'RegisterSpace';
  readonly siteId: string;
  readonly zoneId?: string;
  readonly code: string;
  readonly name: string;
  readonly building?: string;
  readonly attributes: Attributes;
  readonly location?: Location;
  readonly commissionedAt: Instant;
  readonly policy: AdoptedPolicy;
}

/** What is absent stays; null removes. */
export interface ChangeSpace extends At {
  readonly type: 'ChangeSpace';
  readonly name?: string;
  readonly building?: string | null;
  readonly attributes?: Attributes;
  readonly location?: Location | null;
}

export interface MoveSpaceToZone extends At {
  readonly type: 'MoveSpaceToZone';
  readonly zoneId: string | null;
  readonly validFrom: Instant;
}

export interface AdoptPolicy extends At {
  readonly type: 'AdoptPolicy';
  readonly policy: AdoptedPolicy;
}

/** Refused while confirmed bookings exist, unless they are displaced (D5). */
export interface DecommissionSpace extends At {
  readonly type: 'DecommissionSpace';
  readonly at: Instant;
  readonly reason: Reason;
  readonly onConflict: 'reject' | 'displace';
}

/** The second step of an assignment (the device's claim is the first); over a live sensor it is a swap (D3). */
export interface AssignSensor extends At {
  readonly type: 'AssignSensor';
  readonly devEui: string;
  readonly deviceType: string;
  readonly heartbeatS: number;
  readonly from: Instant;
  readonly processId: string;
}

export interface UnassignSensor extends At {
  readonly type: 'UnassignSensor';
  readonly devEui: string;
  readonly to: Instant;
  readonly cause: 'unassigned' | 'decommissioned' | 'moved';
}

export interface AssignDisplay extends At {
  readonly type: 'AssignDisplay';
  readonly devEui: string;
  readonly from: Instant;
}

export interface UnassignDisplay extends At {
  readonly type: 'UnassignDisplay';
  readonly devEui: string;
  readonly to: Instant;
}

/**
 * What the sensor process found in a device's frames: from `since` on the bay is `value`. Only what is newer than
 * everything published changes the space; older findings give nothing here.
 */
export interface ObserveOccupancy extends At {
  readonly type: 'ObserveOccupancy';
  readonly value: OccupancyValue;
  readonly since: Instant;
  readonly source: 'sensor' | 'staff' | 'import';
  /** The device that saw it; absent for staff and imports. */
  readonly devEui?: string;
  readonly evidence?: Evidence;
  readonly lastHeardAt?: Instant;
  /** How long before `since` the change may have been. */
  readonly uncertaintyS: number;
  /** UUIDv5(space, frame or observation): used when this observation opens a stay. */
  readonly sessionId: string;
  /** Staff and imports: recorded as OccupancyObserved first. */
  readonly observation?: { readonly id: string; readonly reason?: Reason };
  /** As in {@link ObserveTimeline}: with it, an observation of the past corrects the past. */
  readonly sessionIdOf?: (openedBy: string) => string;
  /** Of other observations in seconds, where the caller knows: a recorded one does not say. Null: it does not know. */
  readonly uncertaintyOf?: (observation: string) => number | null;
}

/**
 * All that a device showed from `from` to `through` (both included), in whatever order its frames came: marks in the order
 * of time, the ends of what is known (silence) among them. What the space published of that device in this stretch is
 * replaced; what it published of later frames stands, since a process that reads its frames again has not come to those.
 */
export interface ObserveTimeline extends At {
  readonly type: 'ObserveTimeline';
  readonly devEui: string;
  readonly from: Instant;
  readonly through: Instant;
  readonly marks: readonly TimelineMark[];
  /** The frame on account of which it is told anew. */
  readonly evidence?: Evidence;
  /** The id of the stay that a frame or an observation opens: UUIDv5(space, frame or observation). */
  readonly sessionIdOf: (openedBy: string) => string;
}

export interface TimelineMark {
  readonly at: Instant;
  readonly value: OccupancyValue;
  /** How long before `at` the change may have been. */
  readonly uncertaintyS: number;
  /** Absent: nothing was heard, so nothing is known from here on. */
  readonly evidence?: Evidence;
  readonly lastHeardAt?: Instant;
}

export interface ApplyOverride extends At {
  readonly type: 'ApplyOverride';
  readonly overrideId: string;
  readonly kind: OverrideKind;
  readonly reason: Reason;
  readonly startsAt: Instant;
  readonly endsAt?: Instant;
  readonly onConflict: 'reject' | 'displace';
  readonly force: boolean;
}

export interface LiftOverride extends At {
  readonly type: 'LiftOverride';
  readonly overrideId: string;
  readonly reason: Reason;
}

export interface Reserve extends At {
  readonly type: 'Reserve';
  readonly reservationId: string;
  readonly allocationId: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly subjectId?: string;
  readonly holder?: Ciphertext;
}

export interface CancelReservation extends At {
  readonly type: 'CancelReservation';
  readonly reservationId: string;
  /** `operator` may cancel outside the terms. */
  readonly by: 'holder' | 'operator' | 'system';
  readonly reason: Reason;
}

/** The clock: everything due up to `now` is written, in the order in which it was due. */
export interface AdvanceTo extends At {
  readonly type: 'AdvanceTo';
  /** What depends on evidence waits until the evidence has passed its instant. */
  readonly evidenceThrough: Instant;
}

export type SpaceCommand =
  | RegisterSpace
  | ChangeSpace
  | MoveSpaceToZone
  | AdoptPolicy
  | DecommissionSpace
  | AssignSensor
  | UnassignSensor
  | AssignDisplay
  | UnassignDisplay
  | ObserveOccupancy
  | ObserveTimeline
  | ApplyOverride
  | LiftOverride
  | Reserve
  | CancelReservation
  | AdvanceTo;
