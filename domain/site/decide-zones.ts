import { canonicalJson } from '../canonical/json.ts';
import { accept, type Decision, reject } from '../event/decider.ts';
import { type Rejection } from '../event/rejection.ts';
import { type AddZone, type ChangeZone, type CloseZone } from './commands.ts';
import { type SiteEvent } from './events.ts';
import { type RegisteredSite, type ZoneData } from './state.ts';

type Answer = Decision<SiteEvent>;

export const noSuchZone: Rejection = { code: 'not-found', detail: 'the site has no such zone' };
export const zoneClosed: Rejection = { code: 'zone-closed', detail: 'the zone is closed' };
export const siteClosed: Rejection = { code: 'site-closed', detail: 'the site is closed' };

export function addZone(command: AddZone, state: RegisteredSite): Answer {
  const data: ZoneData = {
    zone_id: command.zoneId,
    code: command.code,
    name: command.name,
    attributes: command.attributes,
    capacity_basis: command.capacityBasis,
  };
  const known = state.zones.get(command.zoneId);
  if (known !== undefined) {
    if (canonicalJson(data) === canonicalJson(known.added)) return accept();
    return reject({ code: 'already-exists', detail: 'a zone with this id exists with other content' });
  }
  if (state.status === 'closed') return reject(siteClosed);
  const taken = codeTaken(state, data);
  if (taken !== null) return reject(taken);
  return accept({ event: { type: 'ZoneAdded', data }, occurredAt: command.now });
}

export function changeZone(command: ChangeZone, state: RegisteredSite): Answer {
  const zone = state.zones.get(command.zoneId);
  if (zone === undefined) return reject(noSuchZone);
  const { current } = zone;
  const data: ZoneData = {
    zone_id: command.zoneId,
    code: command.code ?? current.code,
    name: command.name ?? current.name,
    attributes: command.attributes ?? current.attributes,
    capacity_basis: command.capacityBasis ?? current.capacity_basis,
  };
  if (canonicalJson(data) === canonicalJson(current)) return accept();
  if (state.status === 'closed') return reject(siteClosed);
  if (zone.status === 'closed') return reject(zoneClosed);
  const taken = codeTaken(state, data);
  if (taken !== null) return reject(taken);
  return accept({ event: { type: 'ZoneChanged', data }, occurredAt: command.now });
}

/**
 * Closing a zone keeps new spaces out. Spaces that are in it stay in it: their zone is in their own streams, which the
 * site does not see, so a refusal here would rest on a guess. Whoever wants an empty zone moves the spaces first; the
 * application tells from the read model how many there are.
 */
export function closeZone(command: CloseZone, state: RegisteredSite): Answer {
  const zone = state.zones.get(command.zoneId);
  if (zone === undefined) return reject(noSuchZone);
  if (zone.status === 'closed') return accept();
  if (state.status === 'closed') return reject(siteClosed);
  const data = { zone_id: command.zoneId, reason: command.reason };
  return accept({ event: { type: 'ZoneClosed', data }, occurredAt: command.now });
}

/** Codes are unique among the open zones of the site; the code of a closed one is free again. */
function codeTaken(state: RegisteredSite, wanted: ZoneData): Rejection | null {
  for (const [zoneId, zone] of state.zones) {
    if (zone.status === 'open' && zone.current.code === wanted.code && zoneId !== wanted.zone_id) {
      return {
        code: 'conflict-code',
        detail: `the code ${wanted.code} belongs to another zone`,
        facts: { code: wanted.code, zone_id: zoneId },
      };
    }
  }
  return null;
}
