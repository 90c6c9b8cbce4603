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

const post = (path: string, body: unknown) => ask(api.url, 'POST', path, { key, body });
async function get(path: string) {
  await api.settled();
  return ask(api.url, 'GET', path, { key });
}

it('override the state at once, are listed, and lifted by their id alone', async () => {
  const spaceId = await place.newSpace();
  const made = await post(`/spaces/${spaceId}/overrides`, { kind: 'OUT_OF_SERVICE', reason: 'a tree fell' });
  expect([made.status, made.body['state'], made.body['status']]).toEqual([201, 'MAINTENANCE', 'active']);
  // At once: the read model need not know of it yet.
  const lifted = await post(`/overrides/${String(made.body['id'])}/lift`, { reason: { code: 'other' } });
  expect([lifted.status, lifted.body['state'], lifted.body['status']]).toEqual([200, 'FREE', 'ended']);
  const again = await post(`/overrides/${String(made.body['id'])}/lift`, { reason: 'again' });
  expect([again.status, again.body['position']]).toEqual([200, lifted.body['position']]);
  const read = await get(`/overrides/${String(made.body['id'])}`);
  expect(read.body).toMatchObject({ status: 'ended', end_cause: 'lifted', reason: { code: 'other' } });
  expect(read.text).not.toContain('tree');
  expect((await get(`/spaces/${spaceId}/overrides?status=ended`)).body['items']).toHaveLength(1);
  expect((await get(`/overrides?status=active&space_id=${spaceId}`)).body['items']).toEqual([]);
});

it('stand back behind bookings unless told to displace them', async () => {
  const spaceId = await place.newSpace();
  const times = { start_time: inSeconds(3600), end_time: inSeconds(7200) };
  const booking = await post('/reservations', { space_id: spaceId, ...times });
  const closure = { kind: 'BLOCKED', reason: { code: 'road-works' }, starts_at: inSeconds(60) };
  const refused = await post(`/spaces/${spaceId}/overrides`, closure);
  expect(refused.body).toMatchObject({
    status: 409,
    code: 'conflict-override',
    conflicts: [{ reservation_id: booking.body['id'], ...times }],
  });
  const displacing = await post(`/spaces/${spaceId}/overrides`, { ...closure, on_conflict: 'displace' });
  expect([displacing.status, displacing.body['status']]).toEqual([201, 'scheduled']);
  expect((await get(`/reservations/${String(booking.body['id'])}`)).body).toMatchObject({
    status: 'CANCELLED',
    cancelled_by: 'operator',
  });
  const late = await post('/reservations', { space_id: spaceId, ...times });
  expect([late.status, late.body['code']]).toEqual([409, 'conflict-override']);
});
