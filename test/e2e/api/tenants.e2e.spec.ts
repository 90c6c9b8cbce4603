import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi, type TestTenant } from '../../support/api.ts';
import { ask } from './client.ts';
import { everyRoute, type RouteCase, type Things, withQuery } from './every-route.ts';
import { givenThings } from './given-things.ts';

let api: TestApi;
let other: TestTenant;
let theirs: Things;
let ours: Things;
beforeAll(async () => {
  api = await startApi();
  other = await api.newTenant('Other City');
  ours = await givenThings(api, '00000000000000aa');
  theirs = await givenThings({ ...other, url: api.url, store: api.store }, '00000000000000bb');
  await api.settled();
});
afterAll(() => api.close());

/** An id that nobody has, in the place of each id. */
const nobodys: Things = {
  place: {
    siteId: '5d1a6d5e-3c0c-5f0e-9d53-000000000001',
    zoneId: '5d1a6d5e-3c0c-5f0e-9d53-000000000002',
    newSpace: () => Promise.reject(new Error('nobody')),
  },
  spaceId: '5d1a6d5e-3c0c-5f0e-9d53-000000000003',
  reservationId: '5d1a6d5e-3c0c-5f0e-9d53-000000000004',
  overrideId: '5d1a6d5e-3c0c-5f0e-9d53-000000000005',
  devEui: 'ffffffffffffff01',
  sessionId: '5d1a6d5e-3c0c-5f0e-9d53-000000000006',
  orphanEui: 'ffffffffffffff02',
  stream: `space-${'1'.repeat(32)}-${'2'.repeat(32)}`,
};

async function askRoute({ body, method, path, query }: RouteCase) {
  const answer = await ask(api.url, method, withQuery(path, query ?? {}), {
    key: await api.keyOf('owner'),
    body,
  });
  const { request_id: _id, ...rest } = answer.body;
  return { status: answer.status, body: rest };
}

/** All that is said, but for a pointer at the field of a request that named it. */
const NOT_FOUND = {
  type: '/docs/errors/not-found',
  title: 'There is no such thing',
  status: 404,
  code: 'not-found',
};

/** Lists and filters: they hold nothing of another tenant, and are no errors. */
const LISTS = [
  'readMe',
  'listSites',
  'listZones',
  'listSpaces',
  'readOccupancy',
  'listDevices',
  'listOverrides',
  'listReservations',
  'listSessions',
  'listStateChanges',
  'listIncidents',
  'listOrphans',
  'readIngestLog',
];
/** These make something new, and name nothing that exists. */
const MAKERS = ['registerSite', 'registerDevice'];

describe('what belongs to another tenant', () => {
  it('is answered by every route like what does not exist, byte for byte, and nothing is written', async () => {
    const [foreign, missing] = [everyRoute(theirs), everyRoute(nobodys)];
    const before = await api.eventCount();
    let tried = 0;
    for (const [index, route] of foreign.entries()) {
      if (LISTS.includes(route.operationId) || MAKERS.includes(route.operationId)) continue;
      const twin = missing[index];
      if (twin === undefined) throw new Error('no twin');
      const [theirAnswer, noAnswer] = [await askRoute(route), await askRoute(twin)];
      expect(theirAnswer.status, route.operationId).toBe(404);
      expect(theirAnswer, route.operationId).toEqual(noAnswer);
      const { errors: _errors, ...rest } = theirAnswer.body;
      expect(rest, route.operationId).toEqual(NOT_FOUND);
      tried += 1;
    }
    expect(tried).toBe(foreign.length - LISTS.length - MAKERS.length);
    expect(await api.eventCount()).toBe(before);
  });

  it('is 404 also where it is only named beside what is one’s own', async () => {
    const key = await api.keyOf('owner');
    const send = (method: string, path: string, body: unknown) => ask(api.url, method, path, { key, body });
    const before = await api.eventCount();
    const { siteId, zoneId } = ours.place;
    const answers = await Promise.all([
      send('POST', '/spaces', { site_id: siteId, zone_id: theirs.place.zoneId, code: 'Q-1', name: 'q' }),
      send('PATCH', `/spaces/${ours.spaceId}`, { zone_id: theirs.place.zoneId }),
      send('PUT', `/spaces/${ours.spaceId}/sensor`, { dev_eui: theirs.devEui }),
      send('POST', '/spaces', { site_id: theirs.place.siteId, zone_id: zoneId, code: 'Q-1', name: 'q' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(await api.eventCount()).toBe(before);
  });

  it('is in no list, whatever is asked for', async () => {
    const key = await api.keyOf('owner');
    const { siteId, zoneId } = theirs.place;
    const filters = [
      ['/sites', {}],
      ['/zones', { site_id: siteId }],
      ['/spaces', { site_id: siteId }],
      ['/spaces', { zone_id: zoneId }],
      ['/occupancy', { site_id: siteId }],
      ['/devices', { space_id: theirs.spaceId }],
      ['/overrides', { space_id: theirs.spaceId }],
      ['/overrides', { site_id: siteId }],
      ['/reservations', { zone_id: zoneId }],
      ['/sessions', { site_id: siteId }],
      ['/state-changes', { space_id: theirs.spaceId }],
      ['/state-changes', { site_id: siteId }],
      ['/incidents', { space_id: theirs.spaceId }],
      ['/incidents', { site_id: siteId }],
      ['/incidents', { dev_eui: theirs.devEui }],
      ['/orphans', {}],
    ] as const;
    const secrets = [
      siteId,
      zoneId,
      theirs.spaceId,
      theirs.reservationId,
      theirs.overrideId,
      theirs.devEui,
      theirs.sessionId,
      theirs.orphanEui,
    ];
    for (const [path, query] of filters) {
      const answer = await ask(api.url, 'GET', withQuery(path, query), { key });
      expect(answer.status).toBe(200);
      for (const secret of secrets) expect(answer.text).not.toContain(secret);
    }
  });

  it('may bear the same device: each tenant has its own', async () => {
    const body = { dev_eui: theirs.devEui, device_type: 'nwave-nps405' };
    const made = await ask(api.url, 'POST', '/devices', { key: await api.keyOf('owner'), body });
    expect([made.status, made.body['space_id']]).toEqual([201, null]);
  });
});

describe('a suspended tenant', () => {
  it('reads, and changes nothing', async () => {
    const key = await other.keyOf('owner');
    await other.suspend();
    // Known keys are believed for two seconds.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const before = await api.eventCount();
    for (const { body, method, path, query } of everyRoute(theirs)) {
      const answer = await ask(api.url, method, withQuery(path, query ?? {}), { key, body });
      if (method === 'GET') expect([path, answer.status]).toEqual([path, 200]);
      else expect([answer.status, answer.body['code']]).toEqual([403, 'tenant-suspended']);
    }
    expect(await api.eventCount()).toBe(before);
  });
});
