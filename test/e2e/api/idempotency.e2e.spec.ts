import { afterAll, beforeAll, expect, it } from 'vitest';
import { PostgresIdempotencyRecords } from '../../../adapters/idempotency/postgres-idempotency-records.ts';
import { startApi, type TestApi } from '../../support/api.ts';
import { ask, givenPlace, inSeconds, type Place } from './client.ts';

let api: TestApi;
let key: string;
let place: Place;
beforeAll(async () => {
  api = await startApi();
  key = await api.keyOf('owner');
  place = await givenPlace(api);
});
afterAll(() => api.close());

const post = (path: string, body: unknown, idempotencyKey: string, as = key, url = api.url) =>
  ask(url, 'POST', path, { key: as, body, headers: { 'idempotency-key': idempotencyKey } });

const bookingOf = (space_id: string) => ({
  space_id,
  start_time: inSeconds(600),
  end_time: inSeconds(1200),
});

it('a repeat gets the stored answer, whatever the order of its fields, and nothing happens twice', async () => {
  const body = bookingOf(await place.newSpace());
  const first = await post('/reservations', body, '"order-1"');
  const events = await api.eventCount();
  const reordered = Object.fromEntries(Object.entries(body).reverse());
  const again = await post('/reservations', reordered, 'order-1');
  expect(again.text).toBe(first.text);
  expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
  for (const name of ['location', 'x-position', 'content-type'])
    expect(again.headers.get(name)).toBe(first.headers.get(name));
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  expect(await api.eventCount()).toBe(events);
});

it('a repeat on another process gets it too', async () => {
  const { url } = await api.secondServer();
  const body = bookingOf(await place.newSpace());
  const first = await post('/reservations', body, 'order-2');
  expect((await post('/reservations', body, 'order-2', key, url)).text).toBe(first.text);
});

it('the same key with another body, or for another thing, is 422', async () => {
  const body = bookingOf(await place.newSpace());
  await post('/reservations', body, 'order-3');
  const other = await post('/reservations', { ...body, end_time: inSeconds(1300) }, 'order-3');
  expect([other.status, other.body['code']]).toEqual([422, 'idempotency-mismatch']);
});

it('means nothing to other keys and other routes', async () => {
  const body = bookingOf(await place.newSpace());
  await post('/reservations', body, 'order-4');
  const theirs = await post('/reservations', body, 'order-4', await api.newKeyOf('operator'));
  expect([theirs.status, theirs.body['code']]).toEqual([409, 'conflict-overlap']);
  const site = await post('/sites', { name: 'S', time_zone: 'UTC' }, 'order-4');
  expect(site.status).toBe(201);
});

it('refusals of the domain are repeated, mistakes in the request are not stored', async () => {
  const space_id = await place.newSpace();
  const body = bookingOf(space_id);
  const wrong = await post('/reservations', { ...body, end_time: 'tomorrow' }, 'order-5');
  expect(wrong.status).toBe(400);
  const right = await post('/reservations', body, 'order-5');
  expect(right.status).toBe(201);
  const refused = await post('/reservations', body, 'order-6');
  await ask(api.url, 'POST', `/reservations/${String(right.body['id'])}/cancel`, { key });
  const again = await post('/reservations', body, 'order-6');
  expect([again.status, again.text]).toEqual([409, refused.text]);
  expect(again.headers.get('content-type')).toContain('application/problem+json');
});

it('one that is still running is 409; one whose process died is carried out, and finds its own work', async () => {
  const { url } = await api.secondServer({
    idempotency: {
      begin: () => Promise.resolve({ kind: 'in-progress' }),
      finish: () => Promise.resolve(),
      abandon: () => Promise.resolve(),
    },
  });
  const body = bookingOf(await place.newSpace());
  const running = await post('/reservations', body, 'order-7', key, url);
  expect(running.body).toMatchObject({ status: 409, code: 'request-in-progress', retry_after_s: 1 });
  expect(running.headers.get('retry-after')).toBe('1');

  const first = await post('/reservations', body, 'order-7');
  await api.pool.query(
    `UPDATE api.idempotency SET status = NULL, headers = NULL, body = NULL, begun_at = now() - interval '2 minutes'
     WHERE status = 201`,
  );
  const events = await api.eventCount();
  const again = await post('/reservations', body, 'order-7');
  expect([again.status, again.body['id']]).toEqual([201, first.body['id']]);
  expect(await api.eventCount()).toBe(events);
});

it('the key is 1 to 255 printable characters', async () => {
  const site = { name: 'S', time_zone: 'UTC' };
  const wrong = await post('/sites', site, 'x'.repeat(256));
  expect(wrong.body).toMatchObject({ status: 400, errors: [{ pointer: 'header/idempotency-key' }] });
});

it('an answer that cannot be kept is given all the same', async () => {
  const { url } = await api.secondServer({
    idempotency: {
      begin: () => Promise.resolve({ kind: 'new' }),
      finish: () => Promise.reject(new Error('away')),
      abandon: () => Promise.reject(new Error('away')),
    },
  });
  const site = { name: 'S', time_zone: 'UTC' };
  expect((await post('/sites', site, 'order-8', key, url)).status).toBe(201);
  expect((await post('/sites', {}, 'order-9', key, url)).status).toBe(400);
});

it('records go after a day, and not before', async () => {
  const records = new PostgresIdempotencyRecords(api.pool);
  const answer = { status: 201, headers: {}, body: '{}' };
  for (const scope of ['old', 'young']) {
    expect(await records.begin(scope, 'f')).toEqual({ kind: 'new' });
    expect(await records.begin(scope, 'f')).toEqual({ kind: 'in-progress' });
    await records.finish(scope, answer);
  }
  await api.pool.query(
    `UPDATE api.idempotency SET begun_at = now() - interval '25 hours' WHERE scope = 'old'`,
  );
  await api.pool.query(
    `UPDATE api.idempotency SET begun_at = now() - interval '23 hours' WHERE scope = 'young'`,
  );
  expect(await records.begin('young', 'f')).toEqual({ kind: 'replay', answer });
  expect(await records.begin('young', 'g')).toEqual({ kind: 'mismatch' });
  expect(await records.deleteExpired()).toBe(1);
  expect(await records.begin('old', 'g')).toEqual({ kind: 'new' });
  await records.abandon('old');
  expect(await records.begin('old', 'h')).toEqual({ kind: 'new' });
});
