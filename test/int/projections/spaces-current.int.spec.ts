import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NewEvent } from '../../../application/ports/event-store/events.ts';
import { defaultPolicy, termsOf } from '../../../domain/policy/policy.ts';
import { manySpaceCounts } from '../../../projections/spaces-current/counts.ts';
import { spacesCurrentProjection } from '../../../projections/spaces-current/projection.ts';
import { manySpaces, maybeOneSpace } from '../../../projections/spaces-current/queries.ts';
import {
  append,
  type Fixture,
  happened,
  openFixture,
  openStore,
  startRunner,
  untilApplied,
} from './fixture.ts';
import { announced, at, occupancy, registered, type SampleSpace, sampleSpace } from './samples.ts';

const RESERVATION = '11111111-1111-4111-8111-111111111111';
const OVERRIDE = '22222222-2222-4222-8222-222222222222';

function booked(start: string, end: string): NewEvent[] {
  const terms = termsOf(defaultPolicy.values);
  const id = { reservation_id: RESERVATION };
  return [
    happened(
      {
        type: 'ReservationRequested',
        data: { ...id, allocation_id: RESERVATION, start: at(start), end: at(end), terms },
      },
      at('07:00'),
    ),
    happened({ type: 'ReservationConfirmed', data: { ...id, terms } }, at('07:00')),
  ];
}

function closedFrom(start: string): NewEvent {
  return happened(
    {
      type: 'OverrideApplied',
      data: { override_id: OVERRIDE, kind: 'BLOCKED', reason: { code: 'cleaning' }, starts_at: at(start) },
    },
    at('07:00'),
  );
}

describe('spaces_current while the clock process is stopped', () => {
  let fixture: Fixture;
  const booking = sampleSpace();
  const { tenantId, siteId } = booking;
  const closing = sampleSpace(tenantId, siteId);
  const plain = sampleSpace(tenantId, siteId);
  const elsewhere = sampleSpace();

  beforeAll(async () => {
    fixture = await openFixture();
    const store = openStore();
    const begin = (space: SampleSpace, code: string): NewEvent[] => [
      registered(space, code, {
        location: { lat_e7: 488_000_000 + (code === 'A-03' ? 1_000_000 : 0), lon_e7: 23_000_000 },
        attributes: code === 'A-02' ? { ev: 'true' } : {},
      }),
      announced('FREE', '06:00'),
      occupancy('VACANT', '06:30'),
    ];
    await append(store, booking.stream, ...begin(booking, 'A-01'), ...booked('10:00', '11:00'));
    await append(store, closing.stream, ...begin(closing, 'A-02'), closedFrom('10:30'));
    await append(store, plain.stream, ...begin(plain, 'A-03'), occupancy('OCCUPIED', '07:30'));
    await append(store, plain.stream, announced('OCCUPIED', '07:30'));
    await append(store, elsewhere.stream, ...begin(elsewhere, 'A-01'));
    const projections = [spacesCurrentProjection];
    const running = startRunner(fixture, store, projections);
    await untilApplied(fixture, store, projections);
    await running.stop();
  });
  afterAll(() => fixture.close());

  const states = async (time: string, filter = {}): Promise<string[]> => {
    const page = await manySpaces(fixture.database, tenantId, filter, { limit: 10 }, at(time));
    return page.items.map((space) => `${space.code} ${space.state}`);
  };

  it('a space is read as it is now: booked, and free again', async () => {
    const read = (time: string) => maybeOneSpace(fixture.database, tenantId, booking.spaceId, at(time));
    expect(await read('09:59')).toMatchObject({
      state: 'FREE',
      available: true,
      available_until: at('10:00'),
      next_boundary_at: at('10:00'),
      reservation: { id: RESERVATION, status: 'CONFIRMED' },
    });
    expect(await read('10:15')).toMatchObject({
      state: 'RESERVED',
      available: false,
      state_since: at('10:00'),
      cause: { event: 'ReservationStarted', id: RESERVATION },
      next_boundary_at: at('11:00'),
      next_available_slot: at('11:00'),
    });
    expect(await read('11:00')).toMatchObject({
      state: 'FREE',
      state_since: at('11:00'),
      cause: { event: 'ReservationFulfilled', id: RESERVATION },
      reservation: null,
      next_boundary_at: null,
    });
  });

  it('an overdue row is found by the state it has now, not by the one that is stored', async () => {
    expect(await states('09:00', { state: 'FREE' })).toEqual(['A-01 FREE', 'A-02 FREE']);
    expect(await states('10:45', { state: 'FREE' })).toEqual([]);
    expect(await states('10:45', { state: 'RESERVED' })).toEqual(['A-01 RESERVED']);
    expect(await states('10:45', { state: 'MAINTENANCE' })).toEqual(['A-02 MAINTENANCE']);
    expect(await states('10:45', { available: false })).toEqual([
      'A-01 RESERVED',
      'A-02 MAINTENANCE',
      'A-03 OCCUPIED',
    ]);
  });

  it('counts add up to the capacity at every moment', async () => {
    const counts = async (time: string) =>
      (await manySpaceCounts(fixture.database, tenantId, 'site', {}, at(time)))[0];
    expect(await counts('09:00')).toMatchObject({ capacity: 3, free: 2, occupied: 1 });
    expect(await counts('10:15')).toMatchObject({ capacity: 3, free: 1, occupied: 1, reserved_vacant: 1 });
    expect(await counts('10:45')).toMatchObject({
      capacity: 3,
      occupied: 1,
      reserved_vacant: 1,
      maintenance: 1,
    });
    expect(await counts('12:00')).toMatchObject({ capacity: 3, occupied: 1, free: 1, maintenance: 1 });
  });

  it('pages neither repeat nor lose spaces, in both orders, also where overdue rows fall out', async () => {
    const walk = async (order: 'asc' | 'desc', filter: object): Promise<string[]> => {
      const codes: string[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await manySpaces(
          fixture.database,
          tenantId,
          filter,
          { limit: 1, order, cursor },
          at('10:45'),
        );
        codes.push(...page.items.map((space) => space.code));
        if (page.nextCursor === null) return codes;
        cursor = page.nextCursor;
      }
    };
    expect(await walk('asc', {})).toEqual(['A-01', 'A-02', 'A-03']);
    expect(await walk('desc', {})).toEqual(['A-03', 'A-02', 'A-01']);
    expect(await walk('asc', { state: 'OCCUPIED' })).toEqual(['A-03']);
  });

  it('filters by place, code and attributes', async () => {
    const near = { lat: 48.8, lon: 2.3, radiusM: 1000 };
    expect(await states('09:00', { near })).toEqual(['A-01 FREE', 'A-02 FREE']);
    const bbox = { west: 2, east: 3, south: 48.85, north: 49 };
    expect(await states('09:00', { bbox })).toEqual(['A-03 OCCUPIED']);
    expect(await states('09:00', { bbox: { ...bbox, west: 170, east: -170 } })).toEqual([]);
    expect(await states('09:00', { attributes: { ev: 'true' } })).toEqual(['A-02 FREE']);
    expect(await states('09:00', { code: 'A-03' })).toEqual(['A-03 OCCUPIED']);
  });

  it('another tenant sees nothing of it', async () => {
    expect(
      await maybeOneSpace(fixture.database, elsewhere.tenantId, booking.spaceId, at('09:00')),
    ).toBeNull();
    const page = await manySpaces(fixture.database, elsewhere.tenantId, {}, { limit: 10 }, at('09:00'));
    expect(page.items.map((space) => space.id)).toEqual([elsewhere.spaceId]);
  });
});
