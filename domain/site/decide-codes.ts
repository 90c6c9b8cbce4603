import { accept, type Decision, reject } from '../event/decider.ts';
import { type Rejection } from '../event/rejection.ts';
import { codeHeldBy, spaceHolding } from './code-claims.ts';
import { type ClaimSpaceCode, type ReleaseSpaceCode } from './commands.ts';
import { noSuchZone, siteClosed, zoneClosed } from './decide-zones.ts';
import { type SiteEvent } from './events.ts';
import { type RegisteredSite } from './state.ts';

type Answer = Decision<SiteEvent>;

/** Rule D8: a code is unique among the live spaces of its site, and a space has one code. */
export function claimCode(command: ClaimSpaceCode, state: RegisteredSite): Answer {
  const { code, spaceId } = command;
  const holder = spaceHolding(state.codes, code);
  if (holder === spaceId) return accept();
  const refusal = zoneRefusal(command, state) ?? codeRefusal(command, state, holder);
  if (refusal !== null) return reject(refusal);
  const data = { code, space_id: spaceId };
  return accept({ event: { type: 'SpaceCodeClaimed', data }, occurredAt: command.now });
}

/** A code that the space does not hold needs no release: it was released before, and may be another space's by now. */
export function releaseCode(command: ReleaseSpaceCode, state: RegisteredSite): Answer {
  const { code, spaceId } = command;
  if (spaceHolding(state.codes, code) !== spaceId) return accept();
  const data = { code, space_id: spaceId };
  return accept({ event: { type: 'SpaceCodeReleased', data }, occurredAt: command.now });
}

function zoneRefusal(command: ClaimSpaceCode, state: RegisteredSite): Rejection | null {
  if (state.status === 'closed') return siteClosed;
  if (command.zoneId === undefined) return null;
  const zone = state.zones.get(command.zoneId);
  if (zone === undefined) return noSuchZone;
  return zone.status === 'closed' ? zoneClosed : null;
}

function codeRefusal(
  { code, spaceId }: ClaimSpaceCode,
  state: RegisteredSite,
  holder: string | undefined,
): Rejection | null {
  if (holder !== undefined) {
    return {
      code: 'conflict-code',
      detail: `the code ${code} belongs to another space`,
      facts: { code, space_id: holder },
    };
  }
  const held = codeHeldBy(state.codes, spaceId);
  if (held === undefined) return null;
  return { code: 'already-exists', detail: `the space has the code ${held}`, facts: { code: held } };
}
