import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { defaultPolicy } from '../../../domain/policy/policy.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { hourBucketAt } from '../../../domain/utilization/buckets.ts';
import { LocalClock } from '../../../domain/utilization/local-clock.ts';
import { sessionsProjection } from '../../../projections/sessions/projection.ts';
import { spaceZonesProjection } from '../../../projections/space-zones/projection.ts';
import { utilizationProjection } from '../../../projections/utilization/projection.ts';
import { manyUtilization, type Scope } from '../../../projections/utilization/queries.ts';
import {
  append,
  type Fixture,
  happened,
  openFixture,
  openStore,
  startRunner,
  untilApplied,
} from './fixture.ts';
import { registered, sampleSpace } from './samples.ts';

const projections = [utilizationProjection, sessionsProjection, spaceZonesProjection];
const t = (time: string): Instant => new Date(time).toISOString() as Instant;

describe('utilization', () => {
  let fixture: Fixture;
  const space = sampleSpace();
  const late = sampleSpace(space.tenantId);
  const silent = sampleSpace(space.tenantId);
  const zoneId = randomUUID();
  const { tenantId, siteId, spaceId } = space;

  beforeAll(async () => {
    fixture = await openFixture();
    const store = openStore();
    const site = streamName('site', tenantId, siteId);
    const began = t('2025-10-25T22:00:00Z');
    await append(
      store,
      site,
      happened({ type: 'SiteRegistered', data: { name: 'Gare', time_zone: 'Europe/Paris' } }, began),
    );
    const changed = (value: 'OCCUPIED' | 'VACANT', since: string, session?: string) =>
      happened(
        {
          type: 'OccupancyChanged',
          data: {
            value,
            since: t(since),
            previous: 'UNKNOWN',
            uncertainty_s: 0,
            bridged: false,
            source: 'sensor',
            ...(session === undefined ? {} : { session_id: session }),
          },
        },
        t(since),
      );
    await append(
      store,
      space.stream,
      registered(space, 'A-01', { commissioned_at: began, zone_id: zoneId, policy: defaultPolicy }),
      changed('OCCUPIED', '2025-10-25T22:30:00Z', randomUUID()),
      changed('VACANT', '2025-10-26T00:30:00.900Z'),
      changed('OCCUPIED', '2025-10-26T20:00:00Z', randomUUID()),
    );
    // Seen late: the frame of 08:55 was read after the closure of 09:10 had been recorded.
    const closure = { override_id: randomUUID(), kind: 'BLOCKED', reason: { code: 'cleaning' } } as const;
    await append(
      store,
      late.stream,
      registered(late, 'A-02', { commissioned_at: t('2025-10-27T08:00:00Z') }),
      changed('VACANT', '2025-10-27T08:00:00Z'),
      happened(
        { type: 'OverrideApplied', data: { ...closure, starts_at: t('2025-10-27T09:30:00Z') } },
        t('2025-10-27T09:10:00Z'),
      ),
      changed('OCCUPIED', '2025-10-27T08:55:00Z', randomUUID()),
      happened(
        { type: 'OverrideLifted', data: { override_id: closure.override_id, reason: { code: 'cleaning' } } },
        t('2025-10-27T10:30:00Z'),
      ),
    );
    await append(
      store,
      silent.stream,
      registered(silent, 'A-03', { commissioned_at: t('2025-09-01T00:00:00Z') }),
      changed('VACANT', '2025-09-21T00:00:00Z'),
      changed('OCCUPIED', '2025-10-11T12:00:00Z', randomUUID()),
    );
    const running = startRunner(fixture, store, projections);
    await untilApplied(fixture, store, projections);
    await running.stop();
    expect(running.problems).toEqual([]);
  });
  afterAll(() => fixture.close());

  const ask = (scope: Scope, grain: 'hour' | 'day', from: string, to: string, now: string) =>
    manyUtilization(
      fixture.database,
      tenantId,
      {
        scope,
        id: { space: spaceId, zone: zoneId, site: siteId }[scope],
        from: t(from),
        to: t(to),
        grain,
        basis: 'calendar',
      },
      t(now),
    );

  it.each(['space', 'zone', 'site'] as const)('a local day of 25 hours adds up, by %s', async (scope) => {
    const days = await ask(
      scope,
      'day',
      '2025-10-25T22:00:00Z',
      '2025-10-27T23:00:00Z',
      '2025-10-27T00:00:00Z',
    );
    expect(days).toHaveLength(2);
    expect(days[0]).toMatchObject({
      local_date: '2025-10-26',
      start_time: t('2025-10-25T22:00:00Z'),
      end_time: t('2025-10-26T23:00:00Z'),
      calendar_s: 90_000,
      unknown_s: 1_800,
      occupied_s: 7_200 + 10_800,
      vacant_s: 70_200,
      arrivals: 2,
      departures: 1,
      dwell_avg_s: 7_200,
      dwell_median_s: 7_200,
      open_at_end: 1,
    });
    expect(days[1]).toMatchObject({ calendar_s: 3_600, occupied_s: 3_600, arrivals: 0, open_at_end: 1 });
  });

  it('hours add up to the day, the repeated hour is there twice', async () => {
    const hours = await ask(
      'space',
      'hour',
      '2025-10-25T22:00:00Z',
      '2025-10-26T23:00:00Z',
      '2025-10-27T00:00:00Z',
    );
    expect(hours).toHaveLength(25);
    expect(hours.reduce((sum, hour) => sum + hour.calendar_s, 0)).toBe(90_000);
    expect(hours.reduce((sum, hour) => sum + hour.occupied_s, 0)).toBe(18_000);
    expect(hours.filter((hour) => hour.local_hour === 2).map((hour) => hour.fold)).toEqual([0, 1]);
  });

  it('the tail reaches up to now, whatever was stored last', async () => {
    const at = async (now: string) =>
      (await ask('space', 'hour', '2025-10-26T20:00:00Z', '2025-10-26T22:00:00Z', now)).map(
        (hour) => hour.occupied_s,
      );
    expect(await at('2025-10-26T20:00:00Z')).toEqual([0]);
    expect(await at('2025-10-26T20:10:00Z')).toEqual([600]);
    expect(await at('2025-10-26T21:30:00Z')).toEqual([3600, 1800]);
    expect(await at('2025-12-01T00:00:00Z')).toEqual([3600, 3600]);
  });

  it('what is learned late counts from when it was, and a closure comes before everything', async () => {
    const request = { scope: 'space', id: late.spaceId, grain: 'hour', basis: 'calendar' } as const;
    const window = { from: t('2025-10-27T08:00:00Z'), to: t('2025-10-27T10:00:00Z') };
    const hours = await manyUtilization(fixture.database, tenantId, { ...request, ...window }, window.to);
    expect(hours).toMatchObject([
      { vacant_s: 3300, occupied_s: 300, oos_s: 0, unknown_s: 0, arrivals: 1 },
      { vacant_s: 0, occupied_s: 1800, oos_s: 1800, unknown_s: 0, arrivals: 0 },
    ]);
  });

  it('weeks of silence are there, day by day', async () => {
    const request = { scope: 'space', id: silent.spaceId, grain: 'day', basis: 'calendar' } as const;
    const window = { from: t('2025-09-01T00:00:00Z'), to: t('2025-10-12T00:00:00Z') };
    const days = await manyUtilization(fixture.database, tenantId, { ...request, ...window }, window.to);
    expect(days).toHaveLength(41);
    expect(days.reduce((sum, day) => sum + day.calendar_s, 0)).toBe(41 * 86_400);
    expect(days.reduce((sum, day) => sum + day.unknown_s, 0)).toBe(20 * 86_400);
    expect(days.reduce((sum, day) => sum + day.occupied_s, 0)).toBe(43_200);
  });

  it('rows are not sealed, and carry no revision yet', async () => {
    const rows = await fixture.pool.query(
      'SELECT DISTINCT revision, sealed, restated_at FROM read_model.utilization_hourly',
    );
    expect(rows.rows).toEqual([{ revision: 0, sealed: false, restated_at: null }]);
  });

  it('bounds of hours are those of Postgres', async () => {
    const zones = [
      'Europe/Paris',
      'Australia/Lord_Howe',
      'America/Santiago',
      'Asia/Kolkata',
      'Pacific/Chatham',
      'America/St_Johns',
      'Antarctica/Troll',
    ];
    for (const zone of zones) {
      const clock = new LocalClock(zone);
      const starts: number[] = [];
      const expected: string[] = [];
      for (
        let at = Date.parse('2025-01-01T00:00:00Z') / 1000;
        at < Date.parse('2026-01-01T00:00:00Z') / 1000;
      ) {
        const bucket = hourBucketAt(at, { from: -Infinity, to: Infinity, clock });
        starts.push(bucket.start);
        expected.push(`${bucket.localDate} ${bucket.localHour} ${bucket.utcOffsetS}`);
        at = bucket.end;
      }
      const rows = await fixture.pool.query<{ label: string }>(
        `SELECT (l)::date || ' ' || extract(hour FROM l) || ' ' || extract(epoch FROM l - (i AT TIME ZONE 'UTC'))::integer AS label
         FROM (SELECT i, i AT TIME ZONE $2 AS l FROM (SELECT to_timestamp(s) AS i FROM unnest($1::bigint[]) AS s) AS x) AS y`,
        [starts, zone],
      );
      expect(
        rows.rows.map((row) => row.label),
        zone,
      ).toEqual(expected);
    }
  });
});
