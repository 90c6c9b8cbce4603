import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { defaultPolicy, termsOf } from '../../../domain/policy/policy.ts';
import { allProjections } from '../../../projections/all-projections.ts';
import { manyApiKeys, maybeOneKeyHolder } from '../../../projections/api-keys/queries.ts';
import {
  manyAssignmentsOfDevice,
  manyAssignmentsOfSpace,
} from '../../../projections/device-assignments/queries.ts';
import { manyDevices, maybeOneDevice } from '../../../projections/devices/queries.ts';
import { dueStreams } from '../../../projections/due/queries.ts';
import { manyTrends } from '../../../projections/occupancy-intervals/queries.ts';
import { manyOverrides, maybeOneOverride } from '../../../projections/overrides/queries.ts';
import { manyReservations, maybeOneReservation } from '../../../projections/reservations/queries.ts';
import { manySessions } from '../../../projections/sessions/queries.ts';
import { manySites, maybeOneSite } from '../../../projections/sites/queries.ts';
import { halfDoneClaims } from '../../../projections/space-codes/queries.ts';
import { manyStateChanges } from '../../../projections/space-states/queries.ts';
import { manyTenants, maybeOneTenant } from '../../../projections/tenants/queries.ts';
import { manyZones, maybeOneZone } from '../../../projections/zones/queries.ts';
import {
  append,
  type Fixture,
  happened,
  openFixture,
  openStore,
  startRunner,
  untilApplied,
} from './fixture.ts';
import { announced, at, occupancy, registered, sampleSpace } from './samples.ts';

const page = { limit: 10 };
const eui = '70b3d57ed0000001';

describe('lists of the read models', () => {
  let fixture: Fixture;
  const space = sampleSpace();
  const { tenantId, siteId, spaceId } = space;
  const ids = {
    zone: randomUUID(),
    key: randomUUID(),
    reservation: randomUUID(),
    override: randomUUID(),
    session: randomUUID(),
    lost: randomUUID(),
  };
  const hash = 'ab'.repeat(32);

  beforeAll(async () => {
    fixture = await openFixture();
    const store = openStore();
    const quotas = {
      spaces: 1,
      devices: 1,
      sites: 1,
      concurrent_reservations: 1,
      requests_per_minute: 1,
      reservations_per_minute: 1,
    };
    await append(
      store,
      streamName('tenant', tenantId, tenantId),
      happened(
        { type: 'TenantRegistered', data: { name: 'City', mode: 'live', plan: { name: 'basic', quotas } } },
        at('05:00'),
      ),
      happened(
        {
          type: 'ApiKeyIssued',
          data: {
            key_id: ids.key,
            hash,
            role: 'admin',
            scopes: ['holder:read'],
            name: 'k',
            expires_at: at('20:00'),
          },
        },
        at('05:00'),
      ),
      happened({ type: 'TenantSuspended', data: { reason: { code: 'other' } } }, at('05:01')),
    );
    const zone = {
      zone_id: ids.zone,
      code: 'Z1',
      name: 'North',
      attributes: {},
      capacity_basis: 'demarcated' as const,
    };
    await append(
      store,
      streamName('site', tenantId, siteId),
      happened({ type: 'SiteRegistered', data: { name: 'Gare', time_zone: 'Europe/Paris' } }, at('05:00')),
      happened({ type: 'ZoneAdded', data: zone }, at('05:00')),
      happened({ type: 'ZoneChanged', data: { ...zone, name: 'South' } }, at('05:10')),
      happened(
        {
          type: 'SiteTimeZoneChanged',
          data: { time_zone: 'Europe/Lisbon', valid_from: at('12:00'), tzdb_version: 'x' },
        },
        at('05:10'),
      ),
      happened({ type: 'SpaceCodeClaimed', data: { code: 'A-01', space_id: spaceId } }, at('05:20')),
      happened({ type: 'SpaceCodeClaimed', data: { code: 'A-02', space_id: ids.lost } }, at('05:20')),
    );
    const terms = termsOf(defaultPolicy.values);
    await append(
      store,
      space.stream,
      registered(space, 'A-01', { zone_id: ids.zone }),
      announced('FREE', '06:00'),
      occupancy('VACANT', '06:10'),
      occupancy('OCCUPIED', '07:00', { session_id: ids.session }),
      announced('OCCUPIED', '07:00'),
      occupancy('VACANT', '08:00'),
      announced('FREE', '08:00'),
      happened(
        {
          type: 'ReservationRequested',
          data: {
            reservation_id: ids.reservation,
            allocation_id: ids.reservation,
            start: at('10:00'),
            end: at('11:00'),
            terms,
          },
        },
        at('08:30'),
      ),
      happened(
        { type: 'ReservationConfirmed', data: { reservation_id: ids.reservation, terms } },
        at('08:30'),
      ),
      happened(
        {
          type: 'OverrideApplied',
          data: {
            override_id: ids.override,
            kind: 'BLOCKED',
            reason: { code: 'cleaning' },
            starts_at: at('12:00'),
            ends_at: at('13:00'),
          },
        },
        at('08:40'),
      ),
    );
    await append(
      store,
      streamName('device', tenantId, eui),
      happened(
        { type: 'DeviceRegistered', data: { dev_eui: eui, device_type: 'x', kind: 'sensor' } },
        at('05:00'),
      ),
      happened(
        {
          type: 'DeviceAssignmentClaimed',
          data: { space_id: ids.lost, role: 'sensor', from: at('05:30'), process_id: ids.key },
        },
        at('05:30'),
      ),
      happened(
        {
          type: 'DeviceAssignmentReleased',
          data: { space_id: ids.lost, to: at('05:30'), process_id: ids.key },
        },
        at('05:31'),
      ),
      happened(
        {
          type: 'DeviceAssignmentClaimed',
          data: { space_id: spaceId, role: 'sensor', from: at('06:00'), process_id: ids.key },
        },
        at('06:00'),
      ),
    );
    const running = startRunner(fixture, store, allProjections);
    await untilApplied(fixture, store, allProjections);
    await running.stop();
    expect(running.problems).toEqual([]);
  });
  afterAll(() => fixture.close());

  it('tenants and keys', async () => {
    expect(await maybeOneTenant(fixture.database, tenantId)).toMatchObject({
      name: 'City',
      suspended: true,
      revision: 2,
    });
    expect((await manyTenants(fixture.database, page)).items).toHaveLength(1);
    expect(await maybeOneKeyHolder(fixture.database, hash, at('19:59'))).toMatchObject({
      tenantId,
      keyId: ids.key,
      role: 'admin',
      suspended: true,
      scopes: ['holder:read'],
    });
    expect(await maybeOneKeyHolder(fixture.database, hash, at('20:00'))).toBeNull();
    expect((await manyApiKeys(fixture.database, tenantId, page)).items).toMatchObject([
      { keyId: ids.key, revokedAt: null },
    ]);
  });

  it('sites with the time zone in force, zones', async () => {
    expect(await maybeOneSite(fixture.database, tenantId, siteId, at('11:59'))).toMatchObject({
      timeZone: 'Europe/Paris',
      revision: 5,
    });
    expect((await manySites(fixture.database, tenantId, page, at('12:00'))).items).toMatchObject([
      { timeZone: 'Europe/Lisbon' },
    ]);
    expect(await maybeOneZone(fixture.database, tenantId, ids.zone)).toMatchObject({
      name: 'South',
      siteId,
      status: 'open',
    });
    expect((await manyZones(fixture.database, tenantId, { siteId }, page)).items).toHaveLength(1);
  });

  it('devices and what they watched: a claim released at its own beginning never was', async () => {
    expect(await maybeOneDevice(fixture.database, tenantId, eui)).toMatchObject({
      spaceId,
      status: 'live',
      revision: 3,
    });
    expect((await manyDevices(fixture.database, tenantId, { kind: 'display' }, page)).items).toEqual([]);
    const assigned = [{ devEui: eui, spaceId, role: 'sensor', from: at('06:00'), to: null }];
    expect(await manyAssignmentsOfSpace(fixture.database, tenantId, spaceId)).toEqual(assigned);
    expect(await manyAssignmentsOfDevice(fixture.database, tenantId, eui)).toEqual(assigned);
  });

  it('bookings and overrides are over when the clock says so', async () => {
    const booking = (time: string) =>
      maybeOneReservation(fixture.database, tenantId, ids.reservation, at(time));
    expect((await booking('10:59'))?.status).toBe('CONFIRMED');
    expect((await booking('11:00'))?.status).toBe('FULFILLED');
    const confirmed = await manyReservations(
      fixture.database,
      tenantId,
      { siteId, zoneId: ids.zone, status: 'CONFIRMED', from: at('10:30') },
      page,
      at('10:59'),
    );
    expect(confirmed.items.map((one) => one.reservationId)).toEqual([ids.reservation]);
    const override = (time: string) => maybeOneOverride(fixture.database, tenantId, ids.override, at(time));
    expect((await override('11:00'))?.status).toBe('scheduled');
    expect((await override('12:00'))?.status).toBe('active');
    expect(
      (await manyOverrides(fixture.database, tenantId, { spaceId, status: 'ended' }, page, at('13:00')))
        .items,
    ).toHaveLength(1);
  });

  it('stays, announced states, trend', async () => {
    expect(
      (await manySessions(fixture.database, tenantId, { spaceId, from: at('07:30') }, page)).items,
    ).toEqual([
      {
        id: ids.session,
        space_id: spaceId,
        start_time: at('07:00'),
        end_time: at('08:00'),
        duration_s: 3600,
        uncertainty_s: 0,
        quality: 'clean',
        flapping: false,
        correction_no: 0,
        source: 'sensor',
      },
    ]);
    const first = await manyStateChanges(fixture.database, tenantId, { siteId }, { limit: 2 });
    const second = await manyStateChanges(
      fixture.database,
      tenantId,
      { siteId },
      { limit: 2, cursor: first.nextCursor ?? '' },
    );
    expect([...first.items, ...second.items].map((one) => [one.state, one.to_at])).toEqual([
      ['FREE', at('07:00')],
      ['OCCUPIED', at('08:00')],
      ['FREE', null],
    ]);
    const trend = async (time: string) =>
      (await manyTrends(fixture.database, tenantId, 'zone', {}, at(time)))[0]?.trend;
    expect(await trend('08:10')).toBe('decreasingQuickly');
    expect(await trend('09:00')).toBe('stable');
    expect(await trend('06:20')).toBe('unknown');
  });

  it('what is due, and claims without a second step', async () => {
    expect(await dueStreams(fixture.database).overdue(at('09:59'), null, 10)).toEqual([]);
    expect(await dueStreams(fixture.database).overdue(at('10:00'), null, 10)).toEqual([
      { tenantId, spaceId, dueAt: at('10:00') },
    ]);
    const claims = halfDoneClaims(fixture.database);
    const later = new Date(Date.now() + 1000).toISOString() as typeof at extends (time: string) => infer I
      ? I
      : never;
    expect(await claims.codes(later)).toEqual([{ tenantId, siteId, code: 'A-02', spaceId: ids.lost }]);
    expect(await claims.codes(at('00:00'))).toEqual([]);
    // The space never took the sensor, so the claim is half done.
    expect(await claims.devices(later)).toMatchObject([{ devEui: eui, spaceId }]);
  });
});
