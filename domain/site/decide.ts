import { canonicalJson } from '../canonical/json.ts';
import { accept, type Decision, reject } from '../event/decider.ts';
import { type Instant } from '../time/instant.ts';
import { changeSite } from './change-site.ts';
import { claimCode, releaseCode } from './decide-codes.ts';
import { tellSiteSilences } from './decide-silences.ts';
import { addZone, changeZone, closeZone } from './decide-zones.ts';
import { type CloseSite, type RegisterSite, type SiteCommand } from './commands.ts';
import { type SiteEvent } from './events.ts';
import { type RegisteredSite, type SiteRegistration, type SiteState } from './state.ts';

type Answer = Decision<SiteEvent>;

export function decide(command: SiteCommand, state: SiteState): Answer {
  if (command.type === 'RegisterSite') return register(command, state);
  if (state.status === 'unregistered') return reject({ code: 'not-found', detail: 'there is no such site' });
  switch (command.type) {
    case 'ChangeSite':
      return changeSite(command, state);
    case 'AddZone':
      return addZone(command, state);
    case 'ChangeZone':
      return changeZone(command, state);
    case 'CloseZone':
      return closeZone(command, state);
    case 'ClaimSpaceCode':
      return claimCode(command, state);
    case 'ReleaseSpaceCode':
      return releaseCode(command, state);
    case 'TellSiteSilences':
      return tellSiteSilences(command, state);
    case 'CloseSite':
      return close(command, state);
  }
}

function register(command: RegisterSite, state: SiteState): Answer {
  const data: SiteRegistration = {
    name: command.name,
    time_zone: command.timeZone,
    ...(command.location === undefined ? {} : { location: command.location }),
  };
  if (state.status === 'unregistered') return record({ type: 'SiteRegistered', data }, command.now);
  if (canonicalJson(data) === canonicalJson(state.registered)) return accept();
  return reject({ code: 'already-exists', detail: 'a site with this id is registered with other content' });
}

function close(command: CloseSite, state: RegisteredSite): Answer {
  if (state.status === 'closed') return accept();
  if (state.codes.count > 0) {
    return reject({
      code: 'still-in-use',
      detail: 'spaces of this site are still live',
      facts: { spaces: state.codes.count },
    });
  }
  return record({ type: 'SiteClosed', data: { reason: command.reason } }, command.now);
}

function record(event: SiteEvent, occurredAt: Instant): Answer {
  return accept({ event, occurredAt });
}
