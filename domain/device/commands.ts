import { type Reason } from '../reason/reason.ts';
import { type Instant } from '../time/instant.ts';
import { type DeviceKind } from './events.ts';

interface At {
  readonly now: Instant;
}

export interface RegisterDevice extends At {
  readonly type: 'RegisterDevice';
  readonly devEui: string;
  readonly deviceType: string;
  readonly kind: DeviceKind;
  readonly firmware?: string;
}
export interface ChangeDeviceType extends At {
  readonly type: 'ChangeDeviceType';
  readonly deviceType: string;
  readonly firmware?: string;
}
/** The first step of an assignment; over a live claim by another space it is refused, unless that one is released at once. */
export interface ClaimAssignment extends At {
  readonly type: 'ClaimAssignment';
  readonly spaceId: string;
  readonly role: DeviceKind;
  readonly from: Instant;
  readonly processId: string;
}
export interface ReleaseAssignment extends At {
  readonly type: 'ReleaseAssignment';
  readonly spaceId: string;
  readonly to: Instant;
  readonly processId: string;
}
/** Future frames are orphans (D4). */
export interface DecommissionDevice extends At {
  readonly type: 'DecommissionDevice';
  readonly at: Instant;
  readonly reason: Reason;
}
export interface RecommissionDevice extends At {
  readonly type: 'RecommissionDevice';
  readonly at: Instant;
}
/** A join seen in the frames: the frame counter starts again in a new session. */
export interface RecordJoin extends At {
  readonly type: 'RecordJoin';
  readonly session: string;
  readonly devAddr: string;
  readonly at: Instant;
}

/**
 * The silences that a device's messages show between two instants (both included): a silence that was told
 * of this stretch and is none by now is retracted, on account of that frame.
 */
export interface TellSilences extends At {
  readonly type: 'TellSilences';
  readonly from: Instant;
  readonly through: Instant;
  readonly silences: readonly ToldSilence[];
  readonly frameId?: string;
}

export interface ToldSilence {
  readonly lastHeardAt: Instant;
  /** Silent from here on. */
  readonly deadline: Instant;
  /** Null: it lasts. */
  readonly endedAt: Instant | null;
  readonly session?: string;
  readonly fCnt?: number;
}

/** How a device is by its own word. What is absent is as it was. */
export interface ReportHealth extends At {
  readonly type: 'ReportHealth';
  readonly frameId: string;
  readonly at: Instant;
  readonly battery?: {
    readonly isLow: boolean;
    readonly valueMv?: number;
    readonly percent?: number;
    readonly threshold: number;
  };
  readonly isTampered?: boolean;
  readonly temperature?: {
    readonly isAlarming: boolean;
    readonly deciC: number;
    readonly thresholdDeciC: number;
  };
  readonly flapping?: { readonly isFlapping: boolean; readonly changes: number; readonly windowS: number };
  readonly restart?: { readonly resetCause?: string; readonly firmware?: string };
  /** Its frame counter began anew without a join. */
  readonly isCounterReset?: boolean;
}

/** A message of a device that nobody has registered here. */
export interface SeeOrphan extends At {
  readonly type: 'SeeOrphan';
  readonly frameId: string;
}

export type DeviceCommand =
  | RegisterDevice
  | ChangeDeviceType
  | ClaimAssignment
  | ReleaseAssignment
  | DecommissionDevice
  | RecommissionDevice
  | RecordJoin
  | TellSilences
  | ReportHealth
  | SeeOrphan;
