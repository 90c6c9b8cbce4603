import { type DeviceEvent } from './events.ts';
import {
  type Ailments,
  type DeviceAssignment,
  type DeviceRegistration,
  type DeviceState,
  type RegisteredDevice,
  type Silence,
} from './state.ts';

/** A device joins a few times a year; one that joins every minute must not fill the memory. */
export const JOINS_KEPT = 100;

/** Never throws: a recorded fact cannot be refused. What cannot be, or is not known here, leaves the state as it is. */
export function evolve(state: DeviceState, event: DeviceEvent): DeviceState {
  // The stream may hold what another version wrote, whatever the type says.
  if (typeof event.data !== 'object' || (event.data as unknown) === null) return state;
  if (state.status === 'unregistered') {
    if (event.type === 'OrphanSeen') return { ...state, orphanSeen: true };
    return event.type === 'DeviceRegistered' ? registered(event.data) : state;
  }
  switch (event.type) {
    case 'DeviceRegistered':
      return state;
    case 'DeviceTypeChanged': {
      const { device_type, firmware } = event.data;
      return { ...state, deviceType: device_type, firmware: firmware ?? state.firmware };
    }
    case 'DeviceAssignmentClaimed': {
      const { space_id, role, from, process_id } = event.data;
      const claimed: DeviceAssignment = { spaceId: space_id, role, from, to: null, processId: process_id };
      return { ...state, assignments: [...state.assignments, claimed] };
    }
    case 'DeviceAssignmentReleased':
      return { ...state, assignments: released(state, event.data) };
    case 'DeviceDecommissioned':
      return { ...state, status: 'decommissioned', decommissionedAt: event.data.at };
    case 'DeviceRecommissioned':
      return { ...state, status: 'live', recommissionedAt: event.data.at };
    case 'DeviceJoined': {
      const { session, at } = event.data;
      return { ...state, joins: [...state.joins, { session, at }].slice(-JOINS_KEPT) };
    }
    case 'DeviceWentStale':
    case 'DeviceHeardAgain':
    case 'DeviceStaleRetracted':
      return { ...state, silences: silencesAfter(state.silences, event) };
    case 'BatteryLow':
    case 'BatteryRecovered':
      return ailing(state, { batteryLow: event.type === 'BatteryLow' });
    case 'TamperDetected':
    case 'TamperCleared':
      return ailing(state, { tampered: event.type === 'TamperDetected' });
    case 'TemperatureAlertRaised':
    case 'TemperatureAlertCleared':
      return ailing(state, { temperature: event.type === 'TemperatureAlertRaised' });
    case 'SensorFlappingStarted':
    case 'SensorFlappingEnded':
      return ailing(state, { flapping: event.type === 'SensorFlappingStarted' });
    case 'DeviceRestarted':
    case 'FrameCounterResetSuspected': {
      const { frame_id: frameId } = event.data;
      if (frameId === undefined) return state;
      return { ...state, noted: [...state.noted, notedAs(event.type, frameId)].slice(-NOTED_KEPT) };
    }
    default:
      return state;
  }
}

const SILENCES_KEPT = 100;
const NOTED_KEPT = 100;

/** One frame may be both a restart and a reset of the counter. */
export function notedAs(type: 'DeviceRestarted' | 'FrameCounterResetSuspected', frameId: string): string {
  return `${type}/${frameId}`;
}

type SilenceEvent = Extract<
  DeviceEvent,
  { readonly type: 'DeviceWentStale' | 'DeviceHeardAgain' | 'DeviceStaleRetracted' }
>;

function silencesAfter(silences: readonly Silence[], event: SilenceEvent): readonly Silence[] {
  switch (event.type) {
    case 'DeviceWentStale':
      return [...silences, { deadline: event.data.deadline, endedAt: null }].slice(-SILENCES_KEPT);
    case 'DeviceHeardAgain': {
      const { at } = event.data;
      return silences.map((one) =>
        one.endedAt === null && one.deadline <= at ? { ...one, endedAt: at } : one,
      );
    }
    case 'DeviceStaleRetracted':
      return silences.filter(({ deadline }) => deadline !== event.data.deadline);
  }
}

function ailing(state: RegisteredDevice, change: Partial<Ailments>): RegisteredDevice {
  return { ...state, ailments: { ...state.ailments, ...change } };
}

function registered(data: DeviceRegistration): RegisteredDevice {
  return {
    status: 'live',
    registered: data,
    deviceType: data.device_type,
    firmware: data.firmware ?? null,
    assignments: [],
    decommissionedAt: null,
    recommissionedAt: null,
    joins: [],
    silences: [],
    ailments: { batteryLow: false, tampered: false, temperature: false, flapping: false },
    noted: [],
  };
}

function released(
  state: RegisteredDevice,
  data: Extract<DeviceEvent, { readonly type: 'DeviceAssignmentReleased' }>['data'],
): readonly DeviceAssignment[] {
  const place = state.assignments.findLastIndex((one) => one.to === null && one.spaceId === data.space_id);
  const live = state.assignments[place];
  return live === undefined ? state.assignments : state.assignments.with(place, { ...live, to: data.to });
}
