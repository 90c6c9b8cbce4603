import { type Instant } from '../time/instant.ts';
import { type DeviceEvent, type DeviceKind } from './events.ts';

type DataOf<T extends DeviceEvent['type']> = Extract<DeviceEvent, { readonly type: T }>['data'];
export type DeviceRegistration = DataOf<'DeviceRegistered'>;

/** A half-open interval in which the device watched a space; `to` null: it still does. */
export interface DeviceAssignment {
  readonly spaceId: string;
  readonly role: DeviceKind;
  readonly from: Instant;
  readonly to: Instant | null;
  /** The process that claimed it. */
  readonly processId: string;
}

export interface Join {
  readonly session: string;
  readonly at: Instant;
}

/** A time in which the device was not heard; `endedAt` null: it lasts. */
export interface Silence {
  readonly deadline: Instant;
  readonly endedAt: Instant | null;
}

/** What is wrong with a device, by its own word or by how it behaves. */
export interface Ailments {
  readonly batteryLow: boolean;
  readonly tampered: boolean;
  readonly temperature: boolean;
  readonly flapping: boolean;
}

export interface RegisteredDevice {
  readonly status: 'live' | 'decommissioned';
  /** As first recorded, so that the same registration sent again is recognised. */
  readonly registered: DeviceRegistration;
  readonly deviceType: string;
  readonly firmware: string | null;
  /** In recorded order. All of them, for ever: the authority for "which space did it watch then". */
  readonly assignments: readonly DeviceAssignment[];
  readonly decommissionedAt: Instant | null;
  readonly recommissionedAt: Instant | null;
  /** The latest joins, in recorded order. */
  readonly joins: readonly Join[];
  /** The latest silences, in recorded order; a retracted one is none. */
  readonly silences: readonly Silence[];
  readonly ailments: Ailments;
  /** Frames that were put down as a restart or a reset of the counter, the latest. */
  readonly noted: readonly string[];
}

export type DeviceState =
  { readonly status: 'unregistered'; readonly orphanSeen?: boolean } | RegisteredDevice;

export const initialDevice: DeviceState = { status: 'unregistered' };

/** The assignment that is in force until further notice. */
export function liveAssignment(state: DeviceState): DeviceAssignment | null {
  if (state.status === 'unregistered') return null;
  return state.assignments.findLast((assignment) => assignment.to === null) ?? null;
}

/** Which space the device watched at an instant (rule D2); null: none, its frames of then are an orphan's. */
export function assignmentAt(state: DeviceState, instant: Instant): DeviceAssignment | null {
  if (state.status === 'unregistered') return null;
  const covers = ({ from, to }: DeviceAssignment) => from <= instant && (to === null || instant < to);
  return state.assignments.findLast(covers) ?? null;
}
