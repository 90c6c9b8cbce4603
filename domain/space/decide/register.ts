import { accept, type Decision, reject } from '../../event/decider.ts';
import { type RegisterSpace } from '../commands.ts';
import { Draft } from '../draft.ts';
import { type SpaceEvent } from '../events.ts';
import { evolve, initialSpace } from '../evolve.ts';
import { sameJson } from '../same-json.ts';
import { shifted } from '../shifted.ts';
import { type LiveSpace, type Registration } from '../state.ts';
import { type Refusal } from './refusal.ts';

/** The space begins: it is announced FREE, and nobody knows whether it is available. */
export function registerSpace(command: RegisterSpace): Decision<SpaceEvent> {
  const { commissionedAt, now, policy } = command;
  if (commissionedAt > shifted(now, policy.values.clock_skew_max_s)) {
    return reject({ code: 'validation-failed', detail: 'A space cannot be commissioned in the future.' });
  }
  const registered: SpaceEvent = { type: 'SpaceRegistered', data: registrationOf(command) };
  const space = evolve(initialSpace, registered);
  if (space.status === 'unregistered') throw new Error('a registered space is registered');
  const draft = new Draft(space, now);
  draft.announce({ event: registered, occurredAt: commissionedAt }, now);
  return accept({ event: registered, occurredAt: commissionedAt }, ...draft.events);
}

/** A repeat finds its own work, whatever became of the space since then. */
export function registerAgain(draft: Draft, command: RegisterSpace): Refusal {
  if (isSameRegistration(draft.space, command)) return null;
  return { code: 'already-exists', detail: 'A space was registered under this id with other content.' };
}

function registrationOf(command: RegisterSpace): Registration {
  const { zoneId, building, location } = command;
  return {
    site_id: command.siteId,
    ...(zoneId === undefined ? {} : { zone_id: zoneId }),
    code: command.code,
    name: command.name,
    ...(building === undefined ? {} : { building }),
    attributes: command.attributes,
    ...(location === undefined ? {} : { location }),
    commissioned_at: command.commissionedAt,
    policy: command.policy,
  };
}

/**
 * What the caller chose. The policy is what the tenant had at that moment, and a space that is commissioned "now" is
 * commissioned a little later when the command is sent again: neither makes it another registration.
 */
function isSameRegistration({ registered }: LiveSpace, command: RegisterSpace): boolean {
  if (registered === undefined) return false;
  const asked = {
    ...registrationOf(command),
    policy: registered.policy,
    ...(command.commissionedAt === command.now ? { commissioned_at: registered.commissioned_at } : {}),
  };
  return sameJson(asked, registered);
}
