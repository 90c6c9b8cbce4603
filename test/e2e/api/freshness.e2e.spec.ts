import { afterAll, beforeAll, expect, it } from 'vitest';
import { positionToken } from '../../../application/ports/event-store/position.ts';
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

const get = (path: string, headers = {}, url = api.url) => ask(url, 'GET', path, { key, headers });
const storesOwn = (commit: bigint) => positionToken({ storeId: api.store.storeId, commit, prepare: commit });

it('shows what one has just written: fifty times in a row, by query and by header', async () => {
  const path = `/spaces/${await place.newSpace()}`;
  for (let round = 0; round < 50; round += 1) {
    const name = `Name ${round}`;
    const changed = await ask(api.url, 'PATCH', path, { key, body: { name } });
    const position = String(changed.body['position']);
    const read =
      round % 2 === 0
        ? await get(`${path}?min_position=${position}`)
        : await get(path, { 'x-min-position': position });
    expect([read.status, read.body['name']]).toEqual([200, name]);
  }
});

it('gives up waiting after wait_ms, and says when to try again', async () => {
  const began = performance.now();
  const far = storesOwn(1_000_000n);
  const answer = await get(`/sites?min_position=${far}&wait_ms=150`);
  expect(performance.now() - began).toBeLessThan(1500);
  expect(answer.body).toMatchObject({ status: 503, code: 'read-model-behind' });
  expect(answer.headers.get('retry-after')).toBe('1');
});

it('refuses a position of another store, and what is none', async () => {
  const other = positionToken({ storeId: crypto.randomUUID(), commit: 1n, prepare: 1n });
  expect((await get(`/sites?min_position=${other}`)).body).toMatchObject({
    status: 410,
    code: 'position-from-another-store',
  });
  expect((await get('/sites?min_position=17')).body).toMatchObject({
    status: 400,
    errors: [{ pointer: 'query/min_position', code: 'invalid-position' }],
  });
  expect((await get('/sites', { 'x-min-position': 'k9' })).body).toMatchObject({
    errors: [{ pointer: 'header/x-min-position' }],
  });
  const spaceId = await place.newSpace();
  expect((await get(`/audit/spaces/${spaceId}/state?known_at_position=${other}`)).status).toBe(410);
  expect((await get('/sites?wait_ms=20000')).status).toBe(400);
});

it('waits only for the read models that the route reads', async () => {
  const asked: unknown[] = [];
  const { url } = await api.secondServer({
    read: {
      database: api.database,
      freshness: () => Promise.reject(new Error('not asked')),
      waitFor: (_position, _ms, names) => {
        asked.push(names);
        return Promise.resolve(false);
      },
    },
  });
  await get(`/sites?min_position=${storesOwn(1n)}`, {}, url);
  await get(`/utilization?scope=site&id=${place.siteId}&min_position=${storesOwn(1n)}`, {}, url);
  expect(asked).toEqual([['sites'], ['utilization', 'spaces_current', 'zones', 'sites']]);
});

it('answers 503 while the database is away, and 500 for a mistake of ours, telling nothing of it', async () => {
  const failing = (error: Error) =>
    api.secondServer({
      read: {
        database: api.database,
        freshness: () => Promise.reject(error),
        waitFor: () => Promise.reject(error),
      },
    });
  const away = await failing(Object.assign(new Error('connect secret-host'), { code: 'ECONNREFUSED' }));
  const one = await get('/sites', {}, away.url);
  expect(one.body).toMatchObject({ status: 503, code: 'unavailable', retry_after_s: 2 });
  const broken = await failing(new Error('secret-detail'));
  const two = await get('/sites', {}, broken.url);
  expect(two.body).toMatchObject({ status: 500, code: 'internal-error' });
  for (const { text } of [one, two]) expect(text).not.toContain('secret');
});

it('the audit asks the history itself: the same question gives the same bytes', async () => {
  const spaceId = await place.newSpace();
  const first = await get(`/audit/spaces/${spaceId}/state`);
  expect(first.headers.get('x-lag-ms')).toBe('0');
  expect(first.body).toMatchObject({ space_id: spaceId, state: 'FREE', decided_by: { revision: 1 } });
  const position = String(first.body['known_at_position']);
  await ask(api.url, 'PATCH', `/spaces/${spaceId}`, { key, body: { name: 'Renamed' } });
  const question = `/audit/spaces/${spaceId}/state?known_at_position=${position}`;
  const [second, third] = [await get(question), await get(question)];
  expect(second.text).toBe(first.text);
  expect(third.headers.get('etag')).toBe(second.headers.get('etag'));
  const now = await get(`/audit/spaces/${spaceId}/state`);
  expect(now.body['name']).toBe('Renamed');
  const stream = (now.body['decided_by'] as { stream: string }).stream;
  const page = await get(`/audit/streams/${stream}?limit=2`);
  expect(page.body['items']).toMatchObject([{ type: 'SpaceRegistered' }, { type: 'SpaceStateChanged' }]);
  const rest = await get(`/audit/streams/${stream}?cursor=${String(page.body['next_cursor'])}`);
  expect(rest.body).toMatchObject({ items: [{ type: 'SpaceRenamed', revision: 2 }], next_cursor: null });
  const newest = await get(`/audit/streams/${stream}?order=desc&limit=1`);
  expect(newest.body['items']).toMatchObject([{ revision: 2 }]);
  expect((await get(`/audit/streams/${stream}?order=desc`)).body['items']).toHaveLength(3);
});
