import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../support/api.ts';
import { ask, givenPlace, type Place } from './client.ts';

const TYPE = 'nwave-nps405';
let api: TestApi;
let key: string;
let place: Place;
beforeAll(async () => {
  api = await startApi();
  key = await api.keyOf('owner');
  place = await givenPlace(api);
});
afterAll(() => api.close());

const send = (method: string, path: string, body?: unknown) => ask(api.url, method, path, { key, body });
async function get(path: string) {
  await api.settled();
  return ask(api.url, 'GET', path, { key });
}

it('are registered once, in either case, and read as they were answered', async () => {
  const body = { dev_eui: '00000000000000A1', device_type: TYPE, kind: 'sensor' };
  const made = await send('POST', '/devices', body);
  expect([made.status, made.body['dev_eui'], made.body['status']]).toEqual([201, '00000000000000a1', 'live']);
  expect((await send('POST', '/devices', body)).status).toBe(201);
  const other = await send('POST', '/devices', { ...body, firmware: '9.9' });
  expect([other.status, other.body['code']]).toEqual([409, 'already-exists']);
  const unknown = await send('POST', '/devices', { ...body, device_type: 'no-such-type' });
  expect(unknown.body).toMatchObject({ status: 400, errors: [{ pointer: '/device_type' }] });
  const { position: _position, ...shown } = made.body;
  expect((await get('/devices/00000000000000A1')).body).toMatchObject(shown);
});

it('are of a type that fits what they are registered as', async () => {
  const register = (dev_eui: string, device_type: string, kind: string) =>
    send('POST', '/devices', { dev_eui, device_type, kind });
  const LIGHT = 'plenom-kuando-busylight';
  expect((await register('00000000000000c1', LIGHT, 'display')).status).toBe(201);
  expect((await register('00000000000000c2', 'light-of-another-house', 'display')).status).toBe(201);
  expect((await register('00000000000000c3', 'browan-tbms100', 'sensor')).status).toBe(201);
  for (const [type, kind] of [
    [LIGHT, 'sensor'],
    [TYPE, 'display'],
  ] as const)
    expect((await register('00000000000000c4', type, kind)).body).toMatchObject({
      status: 400,
      errors: [{ pointer: '/device_type', code: 'wrong-kind' }],
    });
});

it('are given to a space, swapped in one step, and taken off', async () => {
  const space = `/spaces/${await place.newSpace()}`;
  for (const dev_eui of ['00000000000000b1', '00000000000000b2'])
    await send('POST', '/devices', { dev_eui, device_type: TYPE });
  const first = await send('PUT', `${space}/sensor`, { dev_eui: '00000000000000B1' });
  expect([first.status, first.body['sensor_eui']]).toEqual([200, '00000000000000b1']);
  const swapped = await send('PUT', `${space}/sensor`, {
    dev_eui: '00000000000000b2',
    reason: { code: 'sensor-swap' },
  });
  expect(swapped.body['sensor_eui']).toBe('00000000000000b2');
  expect((await get('/devices/00000000000000b1')).body['space_id']).toBeNull();
  const other = await send('PUT', `/spaces/${await place.newSpace()}/sensor`, {
    dev_eui: '00000000000000b2',
  });
  expect([other.status, other.body['code']]).toEqual([409, 'conflict-assignment']);
  const removed = await send('DELETE', `${space}/sensor`);
  expect([removed.status, removed.body['sensor_eui']]).toEqual([200, null]);
  const again = await send('DELETE', `${space}/sensor`);
  expect([again.status, again.body['position']]).toEqual([200, removed.body['position']]);
  const assignments = (await get(`${space}/assignments`)).body['items'] as { to: unknown }[];
  expect(assignments).toHaveLength(2);
  expect(assignments.every(({ to }) => to !== null)).toBe(true);
});

it('that nobody has registered cannot be assigned, nor anything to a space that is not there', async () => {
  const spaceId = await place.newSpace();
  const before = await api.eventCount();
  const unknown = await send('PUT', `/spaces/${spaceId}/sensor`, { dev_eui: 'ffffffffffffffff' });
  expect(unknown.body).toMatchObject({ status: 404, errors: [{ pointer: '/dev_eui' }] });
  const nowhere = await send('PUT', '/spaces/5d1a6d5e-3c0c-5f0e-9d53-0f4b7a7e0b01/sensor', {
    dev_eui: '00000000000000a1',
  });
  expect(nowhere.status).toBe(404);
  const never = await send('DELETE', `/spaces/${spaceId}/sensor?dev_eui=00000000000000a1`);
  expect([never.status, never.body['detail']]).toEqual([404, undefined]);
  expect(await api.eventCount()).toBe(before);
});
