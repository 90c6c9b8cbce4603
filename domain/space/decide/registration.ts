import { accept, type Decision, reject } from '../../event/decider.ts';
import {
  type AdoptPolicy,
  type ChangeSpace,
  type DecommissionSpace,
  type MoveSpaceToZone,
  type RegisterSpace,
} from '../commands.ts';
import { sameJson } from '../same-json.ts';
import { type Refusal } from '../refusal.ts';
import { type Draft } from '../draft.ts';
import { RULES_VERSION, type SpaceEvent } from '../events.ts';
import { liveSensor } from '../evolve-assignment.ts';
import { isBlocking } from '../next-boundary.ts';
import { type LiveSpace, type SpaceState } from '../state.ts';
import { cancelDisplaced, conflictsOf } from './displacement.ts';

export function registerSpace(command: RegisterSpace, state: SpaceState): Decision<SpaceEvent> {
  if (state.status !== 'unregistered') {
    if (isSameRegistration(state, command)) return accept();
    return reject({ code: 'already-exists', detail: 'A space has been registered under this id.' });
  }
  if (command.commissionedAt > command.now) {
    return reject({ code: 'validation-failed', detail: 'A space cannot be commissioned in the future.' });
  }
  const { zoneId, building, location } = command;
  const registered: SpaceEvent = {
    type: 'SpaceRegistered',
    data: {
      site_id: command.siteId,
      ...(zoneId === undefined ? {} : { zone_id: zoneId }),
      code: command.code,
      name: command.name,
      ...(building === undefined ? {} : { building }),
      attributes: command.attributes,
      ...(location === undefined ? {} : { location }),
      commissioned_at: command.commissionedAt,
      policy: command.policy,
    },
  };
  const announced: SpaceEvent = {
    type: 'SpaceStateChanged',
    data: {
      from: null,
      to: 'FREE',
      available: null,
      cause: { event: 'SpaceRegistered' },
      tags: [],
      effective_at: command.commissionedAt,
      rules_version: RULES_VERSION,
    },
  };
  const occurredAt = command.commissionedAt;
  return accept<SpaceEvent>({ event: registered, occurredAt }, { event: announced, occurredAt });
}

/** Told by what never changes: a repeat may come after a renaming. */
function isSameRegistration(space: LiveSpace, command: RegisterSpace): boolean {
  return (
    space.siteId === command.siteId &&
    space.code === command.code &&
    space.commissionedAt === command.commissionedAt
  );
}

export function changeSpace(draft: Draft, command: ChangeSpace): Refusal {
  const { name, building, attributes, location, now } = command;
  const { space } = draft;
  const renamed = name !== undefined && name !== space.name;
  const movedHouse = building !== undefined && building !== space.building;
  if (renamed || movedHouse) {
    const data = { name: name ?? space.name, ...(movedHouse ? { building } : {}) };
    draft.record({ type: 'SpaceRenamed', data }, now, now);
  }
  const newAttributes = attributes !== undefined && !sameJson(attributes, space.attributes);
  const newLocation = location !== undefined && !sameJson(location, space.location);
  if (newAttributes || newLocation) {
    const data = { attributes: attributes ?? space.attributes, ...(newLocation ? { location } : {}) };
    draft.record({ type: 'SpaceAttributesChanged', data }, now, now);
  }
  return null;
}

export function moveToZone(draft: Draft, command: MoveSpaceToZone): Refusal {
  if (command.zoneId === draft.space.zoneId) return null;
  const data = { zone_id: command.zoneId, valid_from: command.validFrom };
  draft.record({ type: 'SpaceMovedToZone', data }, command.validFrom, command.now);
  return null;
}

export function adoptPolicy(draft: Draft, command: AdoptPolicy): Refusal {
  if (sameJson(command.policy, draft.space.policy)) return null;
  draft.record({ type: 'SpacePolicyAdopted', data: command.policy }, command.now, command.now);
  return null;
}

/** D5: supply ends, the open stay ends without a departure, the devices are free again. */
export function decommission(draft: Draft, command: DecommissionSpace): Refusal {
  const { at, now } = command;
  if (at > now)
    return { code: 'validation-failed', detail: 'A space cannot be decommissioned in the future.' };
  const bookings = draft.space.reservations.filter((one) => isBlocking(one, now));
  if (bookings.length > 0 && command.onConflict === 'reject') {
    return {
      code: 'still-in-use',
      detail: 'There are bookings on this space.',
      facts: { conflicts: conflictsOf(bookings) },
    };
  }
  cancelDisplaced(draft, bookings, now);
  const sensor = liveSensor(draft.space);
  if (sensor !== null) {
    const data = { dev_eui: sensor.devEui, to: at, cause: 'decommissioned' as const };
    draft.recordQuietly({ type: 'SensorUnassigned', data }, at);
  }
  for (const display of draft.space.displays.filter((one) => one.to === null)) {
    draft.recordQuietly({ type: 'DisplayUnassigned', data: { dev_eui: display.devEui, to: at } }, at);
  }
  draft.recordQuietly({ type: 'SpaceDecommissioned', data: { at, reason: command.reason } }, at);
  return null;
}
