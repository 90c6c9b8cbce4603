import { type DeviceEvent } from './events.ts';
import {
  type DeviceAssignment,
  type DeviceRegistration,
  type DeviceState,
  type RegisteredDevice,
} from './state.ts';

/** A device joins a few times a year; one that joins every minute must not fill the memory. */
export const JOINS_KEPT = 100;

/** Never throws: a recorded fact cannot be refused. What cannot be, or is not known here, leaves the state as it is. */
export function evolve(state: DeviceState, event: DeviceEvent): DeviceState {
  // The stream may hold what another version wrote, whatever the type says.
  if (typeof event.data !== 'object' || (event.data as unknown) === null) return state;
  if (state.status === 'unregistered') {
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
    default:
      return state;
  }
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
