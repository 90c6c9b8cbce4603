import { canonicalJson } from '../canonical/json.ts';
import { accept, type Decision, reject } from '../event/decider.ts';
import { type Decided } from '../event/event.ts';
import { type ChangeSite } from './commands.ts';
import { type SiteEvent } from './events.ts';
import { openingHoursAt, type RegisteredSite, timeZoneAt } from './state.ts';

/** Records only what differs: a change to what is so already is no event. */
export function changeSite(command: ChangeSite, state: RegisteredSite): Decision<SiteEvent> {
  const events = [...renamed(command, state), ...zoned(command, state), ...opened(command, state)];
  if (events.length > 0 && state.status === 'closed') {
    return reject({ code: 'site-closed', detail: 'the site is closed' });
  }
  return accept(...events);
}

function renamed(command: ChangeSite, state: RegisteredSite): readonly Decided<SiteEvent>[] {
  const name = command.name ?? state.name;
  const moved =
    command.location !== undefined && canonicalJson(command.location) !== canonicalJson(state.location);
  if (name === state.name && !moved) return [];
  const location = moved ? { location: command.location } : {};
  return [{ event: { type: 'SiteRenamed', data: { name, ...location } }, occurredAt: command.now }];
}

/** A change holds from its `valid_from` to the next recorded one, so it is none where the zone is in force there already. */
function zoned(command: ChangeSite, state: RegisteredSite): readonly Decided<SiteEvent>[] {
  const change = command.timeZone;
  if (change === undefined || timeZoneAt(state, change.validFrom) === change.name) return [];
  const data = { time_zone: change.name, valid_from: change.validFrom, tzdb_version: change.tzdbVersion };
  return [{ event: { type: 'SiteTimeZoneChanged', data }, occurredAt: change.validFrom }];
}

function opened(command: ChangeSite, state: RegisteredSite): readonly Decided<SiteEvent>[] {
  const change = command.openingHours;
  if (change === undefined) return [];
  const hours = { weekly: change.weekly, exceptions: change.exceptions };
  if (canonicalJson(openingHoursAt(state, change.validFrom)) === canonicalJson(hours)) return [];
  const data = { ...hours, valid_from: change.validFrom };
  return [{ event: { type: 'OpeningHoursChanged', data }, occurredAt: change.validFrom }];
}
