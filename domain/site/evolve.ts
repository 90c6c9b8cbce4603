import { noClaims, withClaim, withoutClaim } from './code-claims.ts';
import { type SiteEvent } from './events.ts';
import {
  type RegisteredSite,
  type SilenceData,
  type SiteRegistration,
  type SiteState,
  withDated,
  type Zone,
} from './state.ts';

/** Never throws: a recorded fact cannot be refused. What cannot be, or is not known here, leaves the state as it is. */
export function evolve(state: SiteState, event: SiteEvent): SiteState {
  // The stream may hold what another version wrote, whatever the type says.
  if (typeof event.data !== 'object' || (event.data as unknown) === null) return state;
  if (state.status === 'unregistered') {
    return event.type === 'SiteRegistered' ? registered(event.data) : state;
  }
  switch (event.type) {
    case 'SiteRegistered':
      return state;
    case 'SiteRenamed': {
      const { name, location } = event.data;
      return { ...state, name, location: location === undefined ? state.location : location };
    }
    case 'SiteTimeZoneChanged': {
      const { time_zone, valid_from } = event.data;
      return { ...state, timeZones: withDated(state.timeZones, valid_from, time_zone) };
    }
    case 'OpeningHoursChanged': {
      const { valid_from, weekly, exceptions } = event.data;
      return {
        ...state,
        openingHours: withDated(state.openingHours, valid_from, { weekly, exceptions }),
      };
    }
    case 'ZoneAdded':
      return withZone(state, event.data.zone_id, {
        status: 'open',
        added: event.data,
        current: event.data,
      });
    case 'ZoneChanged':
      return changeZone(state, event.data.zone_id, { current: event.data });
    case 'ZoneClosed':
      return changeZone(state, event.data.zone_id, { status: 'closed' });
    case 'SpaceCodeClaimed':
      return { ...state, codes: withClaim(state.codes, event.data.code, event.data.space_id) };
    case 'SpaceCodeReleased':
      return { ...state, codes: withoutClaim(state.codes, event.data.code, event.data.space_id) };
    case 'SiteSilenceDetected':
      return silenceDetected(state, event.data);
    case 'SiteSilenceEnded':
      return silenceEnded(state, event.data);
    case 'SiteClosed':
      return { ...state, status: 'closed' };
    default:
      return state;
  }
}

function registered(data: SiteRegistration): RegisteredSite {
  return {
    status: 'open',
    registered: data,
    name: data.name,
    location: data.location ?? null,
    timeZones: [],
    openingHours: [],
    zones: new Map(),
    codes: noClaims,
    silences: [],
  };
}

function silenceDetected(state: RegisteredSite, { since, devices }: SilenceData): RegisteredSite {
  if (state.silences.some((silence) => silence.since === since)) return state;
  return { ...state, silences: [...state.silences, { since, devices, isOver: false }] };
}

function silenceEnded(state: RegisteredSite, { since }: SilenceData): RegisteredSite {
  const silences = state.silences.map((silence) =>
    silence.since === since ? { ...silence, isOver: true } : silence,
  );
  return { ...state, silences };
}

function changeZone(state: RegisteredSite, zoneId: string, change: Partial<Zone>): RegisteredSite {
  const zone = state.zones.get(zoneId);
  return zone === undefined ? state : withZone(state, zoneId, { ...zone, ...change });
}

function withZone(state: RegisteredSite, zoneId: string, zone: Zone): RegisteredSite {
  return { ...state, zones: new Map(state.zones).set(zoneId, zone) };
}
