import { describe, expect, it } from 'vitest';
import { type ChangeSite, type RegisterSite } from '../../../domain/site/commands.ts';
import { siteDecider } from '../../../domain/site/decider.ts';
import { type OpeningHours, type SiteEvent } from '../../../domain/site/events.ts';
import { openingHoursAt, timeZoneAt } from '../../../domain/site/state.ts';
import { at, given, uuid } from '../catalogue/given.ts';

const registration: RegisterSite = {
  type: 'RegisterSite',
  name: 'Harbour',
  timeZone: 'Europe/Lisbon',
  now: at(8),
};
const registered: SiteEvent = {
  type: 'SiteRegistered',
  data: { name: 'Harbour', time_zone: 'Europe/Lisbon' },
};
const location = { lat_e7: 387_000_000, lon_e7: -91_000_000 };
const reason = { code: 'closure' } as const;
const closed: SiteEvent = { type: 'SiteClosed', data: { reason } };
const claimed: SiteEvent = { type: 'SpaceCodeClaimed', data: { code: 'A-01', space_id: uuid(1) } };
const site = (...history: readonly SiteEvent[]) => given(siteDecider, ...history);
const change = (what: Partial<ChangeSite>): ChangeSite => ({ type: 'ChangeSite', now: at(9), ...what });

function inForce(...history: readonly SiteEvent[]) {
  const { state } = site(...history);
  if (state.status === 'unregistered') throw new Error('not registered');
  return state;
}

describe('a site', () => {
  it('is registered once, and the same registration again is nothing', () => {
    site().when(registration).gives(registered);
    site()
      .when({ ...registration, location })
      .gives({
        type: 'SiteRegistered',
        data: { name: 'Harbour', time_zone: 'Europe/Lisbon', location },
      });
    site(registered, { type: 'SiteRenamed', data: { name: 'Marina' } })
      .when(registration)
      .gives();
    site(registered)
      .when({ ...registration, timeZone: 'UTC' })
      .refuses('already-exists');
    site()
      .when(change({ name: 'Marina' }))
      .refuses('not-found');
  });

  it('is closed once no space is left', () => {
    site(registered)
      .when({ type: 'CloseSite', reason, now: at(9) })
      .gives(closed);
    site(registered, claimed)
      .when({ type: 'CloseSite', reason, now: at(9) })
      .refuses('still-in-use', { spaces: 1 });
    site(registered, claimed, { type: 'SpaceCodeReleased', data: { code: 'A-01', space_id: uuid(1) } })
      .when({ type: 'CloseSite', reason, now: at(9) })
      .gives(closed);
  });

  it('that is closed stays as it is', () => {
    site(registered, closed)
      .when(change({ name: 'Marina' }))
      .refuses('site-closed');
    site(registered, closed)
      .when(change({ name: 'Harbour' }))
      .gives();
    site(registered, closed)
      .when({ type: 'ClaimSpaceCode', code: 'A-01', spaceId: uuid(1), now: at(9) })
      .refuses('site-closed');
  });
});

describe('changing a site', () => {
  it('records only what differs', () => {
    site(registered)
      .when(change({ name: 'Harbour', location: null }))
      .gives();
    site(registered)
      .when(change({ name: 'Marina' }))
      .gives({ type: 'SiteRenamed', data: { name: 'Marina' } });
    site(registered)
      .when(change({ location }))
      .gives({
        type: 'SiteRenamed',
        data: { name: 'Harbour', location },
      });
  });

  it('removes a location with null, and keeps one that is not named', () => {
    const placed: SiteEvent = { type: 'SiteRenamed', data: { name: 'Harbour', location } };
    site(registered, placed)
      .when(change({ name: 'Marina' }))
      .gives({
        type: 'SiteRenamed',
        data: { name: 'Marina' },
      });
    expect(inForce(registered, placed, { type: 'SiteRenamed', data: { name: 'Marina' } }).location).toEqual(
      location,
    );
    site(registered, placed)
      .when(change({ location: null }))
      .gives({
        type: 'SiteRenamed',
        data: { name: 'Harbour', location: null },
      });
  });
});

describe('the time zone of a site', () => {
  const zone = (name: string, hour: number): SiteEvent => ({
    type: 'SiteTimeZoneChanged',
    data: { time_zone: name, valid_from: at(hour), tzdb_version: '2026c' },
  });
  const toZone = (name: string, hour: number) =>
    change({ timeZone: { name, validFrom: at(hour), tzdbVersion: '2026c' } });

  it('holds from its instant to the next change, in whatever order they were recorded', () => {
    const state = inForce(registered, zone('UTC', 20), zone('Europe/Paris', 10));
    expect([5, 10, 15, 20].map((hour) => timeZoneAt(state, at(hour)))).toEqual([
      'Europe/Lisbon',
      'Europe/Paris',
      'Europe/Paris',
      'UTC',
    ]);
    expect(timeZoneAt(inForce(registered, zone('UTC', 20), zone('Asia/Tokyo', 20)), at(20))).toBe(
      'Asia/Tokyo',
    );
  });

  it('changes only where another one is in force', () => {
    const decided = site(registered).when(toZone('UTC', 20)).gives(zone('UTC', 20));
    expect(decided.at).toEqual([at(20)]);
    site(registered).when(toZone('Europe/Lisbon', 20)).gives();
    site(registered, zone('UTC', 20)).when(toZone('UTC', 22)).gives();
    site(registered, zone('UTC', 20)).when(toZone('UTC', 19)).gives(zone('UTC', 19));
  });
});

describe('the opening hours of a site', () => {
  const day = [{ open: '08:00', close: '24:00' }];
  const weekly = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: [], sun: [] };
  const hours: OpeningHours = { weekly, exceptions: [{ date: '2026-12-25', spans: [] }] };

  it('are none at first, and then change only where they differ', () => {
    const changed: SiteEvent = { type: 'OpeningHoursChanged', data: { ...hours, valid_from: at(9) } };
    site(registered)
      .when(change({ openingHours: { ...hours, validFrom: at(9) } }))
      .gives(changed);
    site(registered, changed)
      .when(change({ openingHours: { ...hours, validFrom: at(12) } }))
      .gives();
    expect(openingHoursAt(inForce(registered, changed), at(8))).toBeNull();
    expect(openingHoursAt(inForce(registered, changed), at(9))).toEqual(hours);
  });
});
