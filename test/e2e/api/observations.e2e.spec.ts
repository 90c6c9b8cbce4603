import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../support/api.ts';
import { ask, givenPlace, inSeconds, type Place } from './client.ts';

let api: TestApi;
let key: string;
let place: Place;
beforeAll(async () => {
  api = await startApi();
  key = await api.keyOf('operator');
  place = await givenPlace(api);
});
afterAll(() => api.close());

const observe = (spaceId: string, body: unknown) =>
  ask(api.url, 'POST', `/spaces/${spaceId}/observations`, { key, body });

it('U14: what a member of staff saw holds until somebody sees otherwise', async () => {
  const spaceId = await place.newSpace();
  const seen = await observe(spaceId, {
    occupancy: 'OCCUPIED',
    reason: { code: 'sensor-fault', text: 'red van' },
  });
  expect(seen.status).toBe(201);
  expect(seen.body).toMatchObject({
    state: 'OCCUPIED',
    occupancy: { value: 'OCCUPIED', source: 'staff', confidence: 5 },
  });
  const gone = await observe(spaceId, { occupancy: 'VACANT' });
  expect(gone.body).toMatchObject({ state: 'FREE', available: true });
  await api.settled();
  const stays = await ask(api.url, 'GET', `/sessions?space_id=${spaceId}`, {
    key: await api.keyOf('analyst'),
  });
  expect(stays.body['items']).toMatchObject([{ source: 'staff', quality: 'clean' }]);
  expect(seen.text).not.toContain('red van');
});

it('what was seen before the present began corrects the past, and not the present', async () => {
  const spaceId = await place.newSpace({ commissioned_at: inSeconds(-3600) });
  await observe(spaceId, { occupancy: 'VACANT', observed_at: inSeconds(-5) });
  const now = await observe(spaceId, { occupancy: 'OCCUPIED', observed_at: inSeconds(-1) });
  const before = await observe(spaceId, { occupancy: 'OCCUPIED', observed_at: inSeconds(-3) });
  expect([before.status, before.body['state']]).toEqual([201, 'OCCUPIED']);
  const since = (body: Record<string, unknown>) => (body['occupancy'] as { since: string }).since;
  expect(since(before.body) < since(now.body)).toBe(true);
});

it('is refused with a code: what nobody can have seen, no space, no right', async () => {
  const spaceId = await place.newSpace();
  const future = await observe(spaceId, { occupancy: 'VACANT', observed_at: inSeconds(3600) });
  expect([future.status, future.body['code'], future.body['limit_s']]).toEqual([400, 'too-far-ahead', 120]);
  expect((await observe('00000000-0000-4000-8000-000000000000', { occupancy: 'VACANT' })).status).toBe(404);
  expect((await observe(spaceId, { occupancy: 'UNKNOWN' })).status).toBe(400);
  const viewer = await api.keyOf('viewer');
  const forbidden = await ask(api.url, 'POST', `/spaces/${spaceId}/observations`, {
    key: viewer,
    body: { occupancy: 'VACANT' },
  });
  expect(forbidden.status).toBe(403);
});
