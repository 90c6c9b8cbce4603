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

export type DeviceCommand =
  | RegisterDevice
  | ChangeDeviceType
  | ClaimAssignment
  | ReleaseAssignment
  | DecommissionDevice
  | RecommissionDevice
  | RecordJoin;
