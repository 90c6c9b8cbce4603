import { evolveAssignment } from './evolve-assignment.ts';
import { evolveOccupancy } from './evolve-occupancy.ts';
import { evolveOverride } from './evolve-override.ts';
import { evolveReservation } from './evolve-reservation.ts';
import { type SpaceEvent } from './events.ts';
import { HISTORY_KEPT_S, newHistory } from './history/occupancy-history.ts';
import { type LiveSpace, type Registration, type SpaceState } from './state.ts';

export const initialSpace: SpaceState = { status: 'unregistered' };

/**
 * Folds one event. Never throws and never decides: a recorded fact cannot be refused, and what cannot be, or is not known
 * here, leaves the state as it is.
 */
export function evolve(state: SpaceState, event: SpaceEvent): SpaceState {
  // The stream may hold what another version wrote, whatever the type says.
  if (typeof event.data !== 'object' || (event.data as unknown) === null) return state;
  if (event.type === 'SpaceRegistered')
    return state.status === 'unregistered' ? registered(event.data, state.historyKeptS) : state;
  return state.status === 'live' ? evolveSpace(state, event) : state;
}

function evolveSpace(space: LiveSpace, event: Exclude<SpaceEvent, { type: 'SpaceRegistered' }>): LiveSpace {
  switch (event.type) {
    case 'SpaceRenamed':
      return {
        ...space,
        name: event.data.name,
        building: event.data.building === undefined ? space.building : event.data.building,
      };
    case 'SpaceAttributesChanged':
      return {
        ...space,
        attributes: event.data.attributes,
        location: event.data.location === undefined ? space.location : event.data.location,
      };
    case 'SpaceMovedToZone':
      return { ...space, zoneId: event.data.zone_id, zoneSince: event.data.valid_from };
    case 'SpacePolicyAdopted':
      return { ...space, policy: event.data };
    case 'SpaceDecommissioned':
      return {
        ...space,
        status: 'decommissioned',
        decommissionedAt: event.data.at,
        // The stay ends with the supply; nobody departed (D5).
        occupancy: { ...space.occupancy, session: null },
      };
    case 'SensorAssigned':
    case 'SensorUnassigned':
    case 'DisplayAssigned':
    case 'DisplayUnassigned':
      return evolveAssignment(space, event);
    case 'OccupancyChanged':
    case 'OccupancyObserved':
    case 'OccupancyHistoryCorrected':
      return evolveOccupancy(space, event);
    case 'OverrideApplied':
    case 'OverrideStarted':
    case 'OverrideExpired':
    case 'OverrideLifted':
      return evolveOverride(space, event);
    case 'ReservationRequested':
    case 'ReservationConfirmed':
    case 'ReservationExpired':
    case 'ReservationCancelled':
    case 'ReservationStarted':
    case 'ReservationFulfilled':
    case 'ReservationDisplaced':
      return evolveReservation(space, event);
    case 'SpaceStateChanged':
      return {
        ...space,
        announced: {
          state: event.data.to,
          available: event.data.available,
          effectiveAt: event.data.effective_at,
          cause: event.data.cause,
        },
      };
    default:
      // A type of a later version: the reader has decided that it may be passed over here.
      return ((_: never) => space)(event);
  }
}

function registered(data: Registration, historyKeptS: number = HISTORY_KEPT_S): LiveSpace {
  return {
    status: 'live',
    registered: data,
    siteId: data.site_id,
    zoneId: data.zone_id ?? null,
    zoneSince: data.commissioned_at,
    code: data.code,
    name: data.name,
    building: data.building ?? null,
    attributes: data.attributes,
    location: data.location ?? null,
    commissionedAt: data.commissioned_at,
    decommissionedAt: null,
    policy: data.policy,
    sensors: [],
    displays: [],
    occupancy: {
      value: 'UNKNOWN',
      since: data.commissioned_at,
      lastKnown: null,
      lastHeardAt: null,
      source: null,
      session: null,
      sensorChangedAt: null,
      before: null,
    },
    history: newHistory(data.commissioned_at, historyKeptS),
    corrections: 0,
    overrides: [],
    reservations: [],
    endedOverrides: [],
    observations: [],
    nextSeq: 1,
    announced: null,
    caughtUpTo: null,
  };
}
