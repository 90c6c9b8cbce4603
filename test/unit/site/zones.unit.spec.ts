import { describe, it } from 'vitest';
import { type AddZone } from '../../../domain/site/commands.ts';
import { siteDecider } from '../../../domain/site/decider.ts';
import { type SiteEvent } from '../../../domain/site/events.ts';
import { at, given, uuid } from '../catalogue/given.ts';

const registered: SiteEvent = { type: 'SiteRegistered', data: { name: 'Harbour', time_zone: 'UTC' } };
const reason = { code: 'closure' } as const;
const addition: AddZone = {
  type: 'AddZone',
  zoneId: uuid(1),
  code: 'N',
  name: 'North',
  attributes: { ev: 'true' },
  capacityBasis: 'demarcated',
  now: at(9),
};
const data = {
  zone_id: uuid(1),
  code: 'N',
  name: 'North',
  attributes: { ev: 'true' },
  capacity_basis: 'demarcated',
} as const;
const added: SiteEvent = { type: 'ZoneAdded', data };
const south: SiteEvent = { type: 'ZoneAdded', data: { ...data, zone_id: uuid(2), code: 'S', name: 'South' } };
const zoneClosed: SiteEvent = { type: 'ZoneClosed', data: { zone_id: uuid(1), reason } };
const siteClosed: SiteEvent = { type: 'SiteClosed', data: { reason } };
const site = (...history: readonly SiteEvent[]) => given(siteDecider, registered, ...history);

describe('a zone', () => {
  it('is added once; the same again is nothing, even after it was changed', () => {
    site().when(addition).gives(added);
    site(added, { type: 'ZoneChanged', data: { ...data, name: 'Far north' } })
      .when(addition)
      .gives();
    site(added)
      .when({ ...addition, name: 'Other' })
      .refuses('already-exists');
  });

  it('has a code of its own among the open zones', () => {
    site(added)
      .when({ ...addition, zoneId: uuid(2) })
      .refuses('conflict-code', { code: 'N', zone_id: uuid(1) });
    site(added, zoneClosed)
      .when({ ...addition, zoneId: uuid(2) })
      .gives({ type: 'ZoneAdded', data: { ...data, zone_id: uuid(2) } });
    site(added, south)
      .when({ type: 'ChangeZone', zoneId: uuid(2), code: 'N', now: at(9) })
      .refuses('conflict-code', { code: 'N', zone_id: uuid(1) });
  });

  it('is changed in what differs, and the event repeats all of it', () => {
    site(added)
      .when({ type: 'ChangeZone', zoneId: uuid(1), name: 'Far north', now: at(9) })
      .gives({ type: 'ZoneChanged', data: { ...data, name: 'Far north' } });
    site(added)
      .when({ type: 'ChangeZone', zoneId: uuid(1), code: 'N', now: at(9) })
      .gives();
    site()
      .when({ type: 'ChangeZone', zoneId: uuid(1), code: 'N', now: at(9) })
      .refuses('not-found');
    site(added, zoneClosed)
      .when({ type: 'ChangeZone', zoneId: uuid(1), code: 'M', now: at(9) })
      .refuses('zone-closed');
  });

  it('is closed once, whatever spaces are in it', () => {
    const close = { type: 'CloseZone', zoneId: uuid(1), reason, now: at(9) } as const;
    site(added, { type: 'SpaceCodeClaimed', data: { code: 'A-01', space_id: uuid(7) } })
      .when(close)
      .gives(zoneClosed);
    site(added, zoneClosed).when(close).gives();
    site().when(close).refuses('not-found');
    site(added, siteClosed).when(close).refuses('site-closed');
  });

  it('is neither added nor changed on a closed site', () => {
    site(added, siteClosed)
      .when({ ...addition, zoneId: uuid(2) })
      .refuses('site-closed');
    site(added, siteClosed)
      .when({ type: 'ChangeZone', zoneId: uuid(1), code: 'M', now: at(9) })
      .refuses('site-closed');
  });
});

describe('a space code', () => {
  const claim = { type: 'ClaimSpaceCode', code: 'A-01', spaceId: uuid(7), now: at(9) } as const;
  const claimed: SiteEvent = { type: 'SpaceCodeClaimed', data: { code: 'A-01', space_id: uuid(7) } };
  const release = { type: 'ReleaseSpaceCode', code: 'A-01', spaceId: uuid(7), now: at(9) } as const;
  const released: SiteEvent = { type: 'SpaceCodeReleased', data: { code: 'A-01', space_id: uuid(7) } };

  it('belongs to one space, and the same claim again is nothing', () => {
    site().when(claim).gives(claimed);
    site(claimed)
      .when({ ...claim, spaceId: uuid(8) })
      .refuses('conflict-code', { code: 'A-01', space_id: uuid(7) });
    site(claimed)
      .when({ ...claim, code: 'A-02' })
      .refuses('already-exists', { code: 'A-01' });
  });

  it('is free again when its space releases it', () => {
    site(claimed).when(release).gives(released);
    site(claimed, released)
      .when({ ...claim, spaceId: uuid(8) })
      .gives({ type: 'SpaceCodeClaimed', data: { code: 'A-01', space_id: uuid(8) } });
    site(claimed, released)
      .when({ ...claim, code: 'A-02' })
      .gives({ type: 'SpaceCodeClaimed', data: { code: 'A-02', space_id: uuid(7) } });
  });

  it('is not released by a space that does not hold it', () => {
    site().when(release).gives();
    site({ type: 'SpaceCodeClaimed', data: { code: 'A-01', space_id: uuid(8) } })
      .when(release)
      .gives();
  });

  it('is claimed only into a zone that is open', () => {
    site()
      .when({ ...claim, zoneId: uuid(1) })
      .refuses('not-found');
    site(added, zoneClosed)
      .when({ ...claim, zoneId: uuid(1) })
      .refuses('zone-closed');
    site(added)
      .when({ ...claim, zoneId: uuid(1) })
      .gives(claimed);
  });
});
