import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../support/api.ts';
import { ask, givenPlace, type Place } from './client.ts';

let api: TestApi;
let key: string;
let place: Place;
beforeAll(async () => {
  api = await startApi();
  key = await api.keyOf('owner');
  place = await givenPlace(api);
});
afterAll(() => api.close());

const post = (path: string, body?: unknown) => ask(api.url, 'POST', path, { key, body });
const patch = (path: string, body: unknown, headers = {}) =>
  ask(api.url, 'PATCH', path, { key, body, headers });
/** Reads with what has been written so far in view. */
async function get(path: string, headers = {}) {
  await api.settled();
  return ask(api.url, 'GET', path, { key, headers });
}

describe('sites', () => {
  it('are made, read, changed and closed', async () => {
    const weekly = { mon: [{ open: '08:00', close: '18:00' }] };
    const made = await post('/sites', {
      name: '  North Deck ',
      time_zone: 'America/New_York',
      location: { lat: 40.7128, lon: -74.006 },
      opening_hours: { weekly },
    });
    expect(made.status).toBe(201);
    const path = made.headers.get('location')?.replace('/api/v1', '') ?? '';
    expect(made.body).toMatchObject({
      name: 'North Deck',
      location: { lat: 40.7128, lon: -74.006 },
      opening_hours: { weekly: { mon: weekly.mon, tue: [] } },
      status: 'open',
      position: made.headers.get('x-position'),
    });
    const { position, ...shown } = made.body;
    const read = await get(`${path}?min_position=${String(position)}`);
    expect(read.body).toEqual(shown);

    const changed = await patch(path, { time_zone: 'Europe/Paris', location: null, opening_hours: null });
    expect(changed.body).toMatchObject({ name: 'North Deck', time_zone: 'Europe/Paris', location: null });
    expect(changed.body['opening_hours']).toMatchObject({
      weekly: { sun: [{ open: '00:00', close: '24:00' }] },
    });

    const closed = await post(`${path}/close`);
    expect([closed.status, closed.body['status']]).toEqual([200, 'closed']);
    const again = await post(`${path}/close`, { reason: 'once more' });
    expect([again.status, again.body['position']]).toEqual([200, closed.body['position']]);
    const late = await post('/zones', { site_id: made.body['id'], code: 'Z', name: 'Late' });
    expect([late.status, late.body['code']]).toEqual([409, 'site-closed']);
  });

  it('close only when no space lives there', async () => {
    await place.newSpace();
    const refused = await post(`/sites/${place.siteId}/close`, { reason: { code: 'closure' } });
    expect([refused.status, refused.body['code']]).toEqual([409, 'still-in-use']);
  });
});

describe('zones', () => {
  it('are made, read at once, changed and closed', async () => {
    const made = await post('/zones', {
      site_id: place.siteId,
      code: 'b',
      name: 'Deck B',
      attributes: { roof: true, size: 'xl' },
    });
    const path = `/zones/${String(made.body['id'])}`;
    expect(made.body).toMatchObject({ code: 'B', attributes: { roof: 'true', size: 'xl' } });
    const changed = await patch(path, { name: 'Deck B2' });
    expect([changed.status, changed.body['name'], changed.body['code']]).toEqual([200, 'Deck B2', 'B']);
    await place.newSpace();
    const unchanged = await patch(path, { name: 'Deck B2' });
    expect(unchanged.body['revision']).toBe(changed.body['revision']);
    const twice = await post('/zones', { site_id: place.siteId, code: 'B', name: 'Another' });
    expect([twice.status, twice.body['code']]).toEqual([409, 'conflict-code']);
    const closed = await post(`${path}/close`, {});
    expect(closed.body['status']).toBe('closed');
    const { position: _position, ...shown } = closed.body;
    expect((await get(path)).body).toEqual(shown);
    const space = await post('/spaces', {
      site_id: place.siteId,
      zone_id: made.body['id'],
      code: 'B-1',
      name: 'B 1',
    });
    expect([space.status, space.body['code']]).toEqual([409, 'zone-closed']);
  });
});

describe('spaces', () => {
  it('are answered as they will be read', async () => {
    const made = await post('/spaces', {
      site_id: place.siteId,
      zone_id: place.zoneId,
      code: 'a-77',
      name: 'Bay 77',
      building: 'East',
      attributes: { size: 'xl', ev: true, accessible: 'no' },
      location: { lat: 48.8566, lon: 2.3522 },
    });
    expect(made.status).toBe(201);
    const path = `/spaces/${String(made.body['id'])}`;
    expect(made.headers.get('location')).toBe(`/api/v1${path}`);
    const { position, ...shown } = made.body;
    expect(shown).toMatchObject({ code: 'A-77', state: 'FREE', available: null, revision: 1 });
    const read = await ask(api.url, 'GET', `${path}?min_position=${String(position)}`, { key });
    // Byte for byte: the ETag of one is that of the other.
    expect(read.text).toBe(JSON.stringify(shown));
    expect(read.headers.get('x-lag-ms')).toMatch(/^\d+$/);
    expect(read.headers.get('x-as-of-position')).toMatch(/^k3\./);
    expect(read.headers.get('x-as-of-time')).toMatch(/Z$/);
  });

  it('repeat byte for byte while nothing happens, so that ETags mean something', async () => {
    const path = `/spaces/${await place.newSpace()}`;
    const first = await get(path);
    const second = await ask(api.url, 'GET', path, { key });
    expect(second.text).toBe(first.text);
    const etag = first.headers.get('etag') ?? '';
    const third = await ask(api.url, 'GET', path, { key, headers: { 'if-none-match': etag } });
    expect([third.status, third.text]).toEqual([304, '']);
    await patch(path, { name: 'Other' });
    const fourth = await get(path, { 'if-none-match': etag });
    expect(fourth.status).toBe(200);
  });

  it('change what is named, keep what is absent, remove what is null', async () => {
    const path = `/spaces/${await place.newSpace({ building: 'East', attributes: { ev: true } })}`;
    const changed = await patch(path, { name: 'New name', building: null });
    expect(changed.body).toMatchObject({ name: 'New name', building: null, attributes: { ev: 'true' } });
    const moved = await patch(path, { zone_id: null, attributes: null });
    expect(moved.body).toMatchObject({ zone_id: null, attributes: {}, name: 'New name' });
    const { position: _position, ...shown } = moved.body;
    expect((await get(path)).body).toEqual(shown);
  });

  it.each(['sites', 'zones', 'spaces'])('change only as they were seen (If-Match): %s', async (kind) => {
    const id = { sites: place.siteId, zones: place.zoneId, spaces: await place.newSpace() }[kind] ?? '';
    const path = `/${kind}/${id}`;
    const seen = await get(path);
    const etag = seen.headers.get('etag') ?? '';
    const revision = `"${Number(seen.body['revision'])}"`;
    expect((await patch(path, { name: 'A' }, { 'if-match': '"no such"' })).status).toBe(412);
    expect((await patch(path, { name: 'A' }, { 'if-match': etag })).status).toBe(200);
    const late = await patch(path, { name: 'B' }, { 'if-match': etag });
    expect([late.status, late.body['code']]).toEqual([412, 'conflict-revision']);
    expect((await patch(path, { name: 'B' }, { 'if-match': revision })).status).toBe(412);
    const now = await get(path);
    const present = `"${Number(now.body['revision'])}"`;
    expect((await patch(path, { name: 'C' }, { 'if-match': present })).status).toBe(200);
  });

  it.each(['sites', 'zones', 'spaces'])('of ten changes of what ten saw, one is made: %s', async (kind) => {
    const id = { sites: place.siteId, zones: place.zoneId, spaces: await place.newSpace() }[kind] ?? '';
    const path = `/${kind}/${id}`;
    const present = `"${Number((await get(path)).body['revision'])}"`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => patch(path, { name: `Of ten, ${n}` }, { 'if-match': present })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array<number>(9).fill(412)]);
  });

  it('keep codes unique among the living', async () => {
    const id = await place.newSpace({ code: 'X-1' });
    const body = { site_id: place.siteId, code: 'x-1', name: 'again' };
    expect((await post('/spaces', body)).body['code']).toBe('conflict-code');
    const ended = await post(`/spaces/${id}/decommission`, { reason: { code: 'closure', text: 'sold' } });
    expect(ended.status).toBe(200);
    expect(ended.body['decommissioned_at']).not.toBeNull();
    expect((await post('/spaces', body)).status).toBe(201);
    const read = await get(`/spaces/${id}`);
    expect(read.body).toMatchObject({ available: false, decommissioned_at: ended.body['decommissioned_at'] });
  });

  it('may begin in the past only at the owner’s word', async () => {
    const body = {
      site_id: place.siteId,
      code: 'P-1',
      name: 'Past',
      commissioned_at: '2020-01-01T00:00:00+01:00',
    };
    const admin = await ask(api.url, 'POST', '/spaces', { key: await api.keyOf('admin'), body });
    expect([admin.status, admin.body['code']]).toEqual([403, 'forbidden']);
    const owner = await post('/spaces', body);
    expect(owner.body).toMatchObject({ commissioned_at: '2019-12-31T23:00:00.000Z' });
  });

  it('are listed page by page, both ways, none twice and none left out', async () => {
    const { newSpace, siteId } = await givenPlace(api);
    const made = [];
    for (let i = 0; i < 7; i += 1) made.push(await newSpace({ attributes: { ev: i % 2 === 0 } }));
    await api.settled();
    for (const order of ['asc', 'desc']) {
      const seen: unknown[] = [];
      let cursor = '';
      do {
        const path = `/spaces?site_id=${siteId}&limit=3&order=${order}${cursor}`;
        const page = await ask(api.url, 'GET', path, { key });
        seen.push(...(page.body['items'] as { id: unknown }[]).map(({ id }) => id));
        const next = page.body['next_cursor'] as string | null;
        cursor = next === null ? '' : `&cursor=${next}`;
      } while (cursor !== '');
      expect(seen).toEqual(order === 'asc' ? made : [...made].reverse());
    }
    const electric = await get(`/spaces?site_id=${siteId}&attribute=ev`);
    expect(electric.body['items']).toHaveLength(4);
    const counts = await get(`/occupancy?group_by=zone&site_id=${siteId}`);
    expect(counts.body['items']).toEqual([
      expect.objectContaining({ capacity: 7, unknown: 7, free: 0, trend: 'unknown' }),
    ]);
  });
});
