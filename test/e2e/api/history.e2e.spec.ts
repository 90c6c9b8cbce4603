import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { type DomainEvent } from '../../../domain/catalogue/event-schemas.ts';
import { type CorrectedInterval, type CorrectedSession } from '../../../domain/space/events.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { startApi, type TestApi } from '../../support/api.ts';
import { happened } from '../../int/projections/fixture.ts';
import { ask, givenPlace, type Place } from './client.ts';
import { withQuery } from './every-route.ts';

let api: TestApi;
let key: string;
let place: Place;
beforeAll(async () => {
  api = await startApi();
  key = await api.keyOf('owner');
  place = await givenPlace(api);
});
afterAll(() => api.close());

const t = (time: string): Instant => `2026-03-02T${time}:00.000Z` as Instant;

async function get(path: string, query: Readonly<Record<string, string>> = {}) {
  await api.settled();
  return ask(api.url, 'GET', withQuery(path, query), { key });
}
const itemsOf = async (path: string, query: Readonly<Record<string, string>> = {}) =>
  (await get(path, query)).body['items'] as Record<string, unknown>[];

/** What a space or a device recorded by itself. */
async function recorded(
  category: 'space' | 'device' | 'site',
  id: string,
  ...events: readonly (readonly [DomainEvent, Instant])[]
): Promise<void> {
  await api.store.append(
    streamName(category, api.tenantId, id),
    events.map(([event, at]) => happened(event, at)),
    { expected: 'any' },
  );
}

function changed(value: 'VACANT' | 'OCCUPIED' | 'UNKNOWN', at: string, session?: string, uncertain = 0) {
  const data = {
    value,
    since: t(at),
    previous: 'VACANT' as const,
    uncertainty_s: uncertain,
    bridged: false,
    source: 'sensor' as const,
    ...(session === undefined ? {} : { session_id: session }),
  };
  return [{ type: 'OccupancyChanged', data }, t(at)] as const;
}

const between = (value: CorrectedInterval['value'], since: string, until: string): CorrectedInterval => ({
  value,
  since: t(since),
  until: t(until),
});
const stay = (session_id: string, start: string, end: string): CorrectedSession => ({
  session_id,
  start: t(start),
  end: t(end),
  uncertainty_s: 0,
  bridged: false,
});

describe('stays', () => {
  const [long, second] = [randomUUID(), randomUUID()];
  let spaceId: string;
  beforeAll(async () => {
    spaceId = await place.newSpace({ commissioned_at: t('06:00') });
    const evidence = {
      frame_id: randomUUID(),
      dev_eui: '00000000000000a1',
      decoder: 'test',
      decoder_version: '1',
      time_source: 'device' as const,
    };
    const data = {
      from: t('09:00'),
      to: t('10:00'),
      before: [between('OCCUPIED', '09:00', '10:00')],
      after: [between('VACANT', '09:00', '09:20'), between('OCCUPIED', '09:20', '10:00')],
      sessions: {
        added: [stay(second, '09:20', '11:00')],
        removed: [],
        changed: [{ before: stay(long, '08:00', '11:00'), after: stay(long, '08:00', '09:00') }],
      },
      correction_no: 1,
      evidence,
    };
    await recorded(
      'space',
      spaceId,
      changed('VACANT', '07:00'),
      changed('OCCUPIED', '08:00', long),
      changed('VACANT', '11:00'),
      changed('OCCUPIED', '12:00', randomUUID(), 30),
      changed('VACANT', '12:30'),
      [{ type: 'OccupancyHistoryCorrected', data }, t('13:00')],
      changed('OCCUPIED', '14:00', randomUUID()),
    );
  });

  it('are as they are known today, and can be narrowed by space, site, zone, window and quality', async () => {
    const all = await itemsOf('/sessions', { space_id: spaceId });
    expect(all).toMatchObject([
      { id: long, start_time: t('08:00'), end_time: t('09:00'), duration_s: 3600, quality: 'corrected' },
      { id: second, start_time: t('09:20'), end_time: t('11:00'), correction_no: 1, quality: 'corrected' },
      { uncertainty_s: 30, quality: 'uncertain', correction_no: 0, source: 'sensor' },
      { start_time: t('14:00'), end_time: null, duration_s: null, quality: 'clean' },
    ]);
    expect(await itemsOf('/sessions', { site_id: place.siteId, zone_id: place.zoneId })).toEqual(all);
    const ids = async (query: Record<string, string>) =>
      (await itemsOf('/sessions', { space_id: spaceId, ...query })).map(({ id }) => id);
    expect(await ids({ quality: 'corrected' })).toEqual([long, second]);
    expect(await ids({ quality: 'bridged' })).toEqual([]);
    expect(await ids({ from: t('09:00'), to: t('09:21') })).toEqual([second]);
    expect((await get('/sessions', { quality: 'perfect' })).status).toBe(400);
  });

  it('come in pages that neither repeat nor lose one, in either order', async () => {
    for (const order of ['asc', 'desc']) {
      const seen: unknown[] = [];
      let cursor: string | undefined;
      do {
        const page = await get('/sessions', {
          space_id: spaceId,
          limit: '1',
          order,
          ...(cursor === undefined ? {} : { cursor }),
        });
        seen.push(...(page.body['items'] as { id: unknown }[]).map(({ id }) => id));
        cursor = (page.body['next_cursor'] as string | null) ?? undefined;
      } while (cursor !== undefined);
      const whole = await itemsOf('/sessions', { space_id: spaceId, order });
      expect(seen).toEqual(whole.map(({ id }) => id));
      expect(seen).toHaveLength(4);
    }
  });

  it('tell what was told of them before, when and why', async () => {
    expect((await get(`/sessions/${long}`)).body).toMatchObject({ id: long, end_time: t('09:00') });
    const [correction, ...others] = await itemsOf(`/sessions/${long}/corrections`);
    expect(others).toEqual([]);
    expect(correction).toMatchObject({
      change: 'changed',
      correction_no: 1,
      from: t('09:00'),
      to: t('10:00'),
      before: { start_time: t('08:00'), end_time: t('11:00') },
      after: { start_time: t('08:00'), end_time: t('09:00') },
      evidence: { dev_eui: '00000000000000a1' },
    });
    expect(await itemsOf(`/sessions/${second}/corrections`)).toMatchObject([
      { change: 'added', before: null },
    ]);
    const untouched = (await itemsOf('/sessions', { space_id: spaceId, quality: 'clean' }))[0]?.['id'];
    expect(await itemsOf(`/sessions/${String(untouched)}/corrections`)).toEqual([]);
    expect((await get(`/sessions/${randomUUID()}/corrections`)).status).toBe(404);
  });

  it('restate utilization: hours add up to the same time, with one arrival more', async () => {
    const hours = await itemsOf('/utilization', {
      scope: 'space',
      id: spaceId,
      grain: 'hour',
      from: t('08:00'),
      to: t('12:00'),
    });
    expect(
      hours.map((hour) => [hour['occupied_s'], hour['vacant_s'], hour['arrivals'], hour['departures']]),
    ).toEqual([
      [3600, 0, 1, 0],
      [2400, 1200, 1, 1],
      [3600, 0, 0, 0],
      [0, 3600, 0, 1],
    ]);
    expect(hours.map((hour) => hour['dwell_avg_s'])).toEqual([null, 3600, null, 6000]);
  });

  it('answer 304 to whoever has them, and wait for a position', async () => {
    const first = await get(`/sessions/${long}`);
    const etag = first.headers.get('etag') ?? '';
    const again = await ask(api.url, 'GET', `/sessions/${long}`, { key, headers: { 'If-None-Match': etag } });
    expect(again.status).toBe(304);
    const head = first.headers.get('x-as-of-position') ?? '';
    const waited = await get('/incidents', { min_position: head });
    expect(waited.status).toBe(200);
  });
});

describe('devices', () => {
  const [quiet, noisy] = ['00000000000000c1', '00000000000000c2'];
  let spaceId: string;
  beforeAll(async () => {
    spaceId = await place.newSpace({ commissioned_at: t('06:00') });
    const owner = { key, body: undefined };
    for (const dev_eui of [quiet, noisy])
      await ask(api.url, 'POST', '/devices', { ...owner, body: { dev_eui, device_type: 'nwave-nps405' } });
    await ask(api.url, 'PUT', `/spaces/${spaceId}/sensor`, {
      ...owner,
      body: { dev_eui: quiet, effective_at: t('06:00') },
    });
    const stale = { last_heard_at: t('06:30'), deadline: t('08:00') };
    await recorded(
      'device',
      quiet,
      [{ type: 'DeviceWentStale', data: stale }, t('08:00')],
      [{ type: 'DeviceHeardAgain', data: { at: t('08:30') } }, t('08:30')],
      [{ type: 'DeviceStaleRetracted', data: { deadline: t('08:00'), frame_id: randomUUID() } }, t('08:40')],
      [{ type: 'DeviceWentStale', data: { ...stale, deadline: t('10:00') } }, t('10:00')],
    );
    await recorded(
      'device',
      noisy,
      [{ type: 'SensorFlappingStarted', data: { changes: 13, window_s: 3600 } }, t('09:00')],
      [{ type: 'BatteryLow', data: { value_mv: 2790, threshold: 2800 } }, t('09:05')],
      [{ type: 'SensorFlappingEnded', data: { changes: 2, window_s: 3600 } }, t('11:00')],
    );
  });

  it('have incidents, from their beginning to their end, at the space that they watched', async () => {
    expect(await itemsOf('/incidents', { dev_eui: quiet })).toMatchObject([
      { kind: 'device-stale', status: 'retracted', start_time: t('08:00'), space_id: spaceId },
      { kind: 'device-stale', status: 'open', start_time: t('10:00'), end_time: null, site_id: place.siteId },
    ]);
    expect(await itemsOf('/incidents', { dev_eui: noisy })).toMatchObject([
      { kind: 'flapping', status: 'ended', end_time: t('11:00'), space_id: null, detail: { changes: 13 } },
      { kind: 'battery-low', status: 'open', detail: { value_mv: 2790 } },
    ]);
    expect(await itemsOf('/incidents', { status: 'open', kind: 'battery-low' })).toHaveLength(1);
    expect(await itemsOf('/incidents', { to: t('08:00') })).toEqual([]);
  });

  it('have incidents in pages that neither repeat nor lose one, in either order, whatever they are narrowed by', async () => {
    for (const query of [{}, { kind: 'device-stale' }, { status: 'open' }, { site_id: place.siteId }]) {
      for (const order of ['asc', 'desc']) {
        const whole = (await itemsOf('/incidents', { ...query, order })).map(({ id }) => id);
        const seen: unknown[] = [];
        let cursor: string | null = '';
        while (cursor !== null) {
          const after: Record<string, string> = cursor === '' ? {} : { cursor };
          const { body } = await get('/incidents', { ...query, order, limit: '1', ...after });
          seen.push(...(body['items'] as { id: unknown }[]).map(({ id }) => id));
          cursor = body['next_cursor'] as string | null;
        }
        expect(seen).toEqual(whole);
        expect(seen.length).toBeGreaterThan(1);
      }
    }
    expect((await get('/incidents', { kind: 'noise' })).status).toBe(400);
    expect((await get('/incidents', { part_of: 'none' })).status).toBe(400);
    expect(await itemsOf('/incidents', { part_of: randomUUID() })).toEqual([]);
  });

  it('U10: a site that falls silent is one incident, whose parts are there for who asks', async () => {
    const silence = { since: t('10:00'), devices: 6 };
    await recorded('site', place.siteId, [{ type: 'SiteSilenceDetected', data: silence }, t('10:05')]);
    const open = await itemsOf('/incidents', { site_id: place.siteId, status: 'open' });
    expect(open).toMatchObject([{ kind: 'site-silence', dev_eui: null, detail: { devices: 6 } }]);
    expect(await itemsOf('/incidents', { dev_eui: quiet, status: 'open' })).toMatchObject([
      { kind: 'device-stale', part_of: open[0]?.['id'] },
    ]);
  });

  it('U8: a stay says whether the sensor flapped meanwhile, or in the hour by which that was seen', async () => {
    const flaky = '00000000000000c3';
    const bay = await place.newSpace({ commissioned_at: t('06:00') });
    const other = await place.newSpace({ commissioned_at: t('06:00') });
    await ask(api.url, 'POST', '/devices', {
      key,
      body: { dev_eui: flaky, device_type: 'nwave-nps405' },
    });
    const since = { dev_eui: flaky, effective_at: t('06:00') };
    await ask(api.url, 'PUT', `/spaces/${bay}/sensor`, { key, body: since });
    const flapping = { changes: 13, window_s: 3600 };
    await recorded(
      'device',
      flaky,
      [{ type: 'SensorFlappingStarted', data: flapping }, t('10:00')],
      [{ type: 'SensorFlappingEnded', data: { ...flapping, changes: 6 } }, t('11:00')],
    );
    const [before, counted, during, over, later] = Array.from({ length: 5 }, () => randomUUID());
    const stays: readonly (readonly [string | undefined, string, string])[] = [
      [before, '08:00', '09:00'],
      [counted, '09:01', '09:30'],
      [during, '10:10', '10:20'],
      [over, '10:50', '11:30'],
      [later, '11:30', '12:00'],
    ];
    for (const [spaceId, id] of [[bay, 0] as const, [other, 1] as const]) {
      const told = stays.flatMap(([session, start, end]) => [
        changed('OCCUPIED', start, id === 0 ? session : randomUUID()),
        changed('VACANT', end),
      ]);
      await recorded('space', spaceId, ...told);
    }
    const flagged = async (query: Record<string, string>) =>
      (await itemsOf('/sessions', query)).map((one) => [one['id'], one['quality'], one['flapping']]);
    expect(await flagged({ space_id: bay })).toEqual([
      [before, 'clean', false],
      [counted, 'clean', true],
      [during, 'clean', true],
      [over, 'clean', true],
      [later, 'clean', false],
    ]);
    expect((await flagged({ space_id: bay, flapping: 'true' })).map(([id]) => id)).toEqual([
      counted,
      during,
      over,
    ]);
    expect((await flagged({ space_id: bay, flapping: 'false' })).map(([id]) => id)).toEqual([before, later]);
    expect((await flagged({ space_id: other })).every(([, , flaps]) => flaps === false)).toBe(true);
    expect((await get(`/sessions/${String(during)}`)).body).toMatchObject({ flapping: true });
    expect((await get('/sessions', { flapping: 'perhaps' })).status).toBe(400);
  });

  it('say how they are', async () => {
    expect((await get(`/devices/${quiet}/health`)).body).toMatchObject({
      status: 'silent',
      stale_since: t('10:00'),
      battery: { voltage_mv: null, low_since: null },
    });
    expect((await get(`/devices/${noisy}/health`)).body).toMatchObject({
      status: 'attention',
      battery: { low_since: t('09:05') },
      flapping_since: null,
    });
    expect((await get('/devices/00000000000000cf/health')).status).toBe(404);
  });
});

describe('orphans', () => {
  const orphan = '00000000000000d1';
  const assign = (body: Record<string, unknown>, devEui = orphan) =>
    ask(api.url, 'POST', `/orphans/${devEui}/assign`, { key, body });
  const seen = (devEui: string) =>
    recorded('device', devEui, [{ type: 'OrphanSeen', data: { first_frame_id: randomUUID() } }, t('07:10')]);

  it('U12: are listed until they are taken in, and watch from their first frame on', async () => {
    await seen(orphan);
    expect(await itemsOf('/orphans')).toEqual([
      { dev_eui: orphan, first_seen_at: t('07:10'), last_heard_at: null, frames_kept: 0 },
    ]);
    const spaceId = await place.newSpace({ commissioned_at: t('06:00') });
    const request = { device_type: 'nwave-nps405', space_id: spaceId };
    const taken = await assign(request);
    expect([taken.status, taken.body['sensor_eui']]).toEqual([200, orphan]);
    expect(await itemsOf('/orphans')).toEqual([]);
    expect(await itemsOf(`/spaces/${spaceId}/assignments`)).toMatchObject([
      { dev_eui: orphan, from: t('07:10') },
    ]);
    const before = await api.eventCount();
    expect((await assign(request)).status).toBe(200);
    expect(await api.eventCount()).toBe(before);
    const otherType = await assign({ ...request, device_type: 'bosch-tps110-0.39' });
    expect([otherType.status, otherType.body['code']]).toEqual([409, 'already-exists']);
  });

  it('cannot be of no type, nor go to a space that is not there; what is no orphan is not found', async () => {
    const other = '00000000000000d2';
    await seen(other);
    await api.settled();
    const spaceId = await place.newSpace();
    const before = await api.eventCount();
    const unknownType = await assign({ device_type: 'no-such-type', space_id: spaceId }, other);
    expect(unknownType.body).toMatchObject({ status: 400, errors: [{ pointer: '/device_type' }] });
    const nowhere = await assign({ device_type: 'nwave-nps405', space_id: randomUUID() }, other);
    expect([nowhere.status, nowhere.body['code']]).toEqual([404, 'not-found']);
    const noOrphan = await assign({ device_type: 'nwave-nps405', space_id: spaceId }, '00000000000000df');
    expect([noOrphan.status, noOrphan.body['code']]).toEqual([404, 'not-found']);
    const early = await assign(
      { device_type: 'nwave-nps405', space_id: spaceId, effective_at: t('07:00') },
      other,
    );
    expect([early.status, early.body['code']]).toEqual([409, 'conflict-assignment']);
    // The device is known by now, its claim released: it may be tried again.
    expect((await assign({ device_type: 'nwave-nps405', space_id: spaceId }, other)).status).toBe(200);
    expect(await api.eventCount()).toBeGreaterThan(before);
  });
});
