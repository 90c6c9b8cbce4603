import { afterAll, beforeAll, expect, it } from 'vitest';
import { deviceTypeById } from '../../../adapters/lorawan/device-types.ts';
import { type CommandContext } from '../../../application/commands/command-context.ts';
import { newCommandId } from '../../../application/ids/ids.ts';
import { repairClaims } from '../../../application/repair/repair-claims.ts';
import { addSeconds, instantOf } from '../../../domain/time/instant.ts';
import { halfDoneClaims } from '../../../projections/space-codes/queries.ts';
import { startApi, type TestApi } from '../../support/api.ts';
import { ask, givenPlace, type Place } from './client.ts';

// What a crash leaves between the two streams of a registration or an assignment: the first step is made by hand.
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

function context(): CommandContext {
  const commandId = newCommandId();
  return {
    tenantId: api.tenantId,
    commandId,
    correlationId: commandId,
    actor: { type: 'system', id: 'test' },
    decidedAt: instantOf(Date.now()),
  };
}

/** As the worker does it, so many seconds from now. */
async function repairAfter(seconds: number): Promise<number> {
  await api.settled();
  return repairClaims({
    claims: halfDoneClaims(api.database),
    handlers: api.handlers,
    now: addSeconds(instantOf(Date.now()), seconds),
    heartbeatOf: (type) => deviceTypeById(type)?.heartbeatS ?? null,
  });
}

async function claimSpace(devEui: string, spaceId: string): Promise<void> {
  await send('POST', '/devices', { dev_eui: devEui, device_type: 'nwave-nps405' });
  const at = context();
  const from = at.decidedAt;
  const command = { type: 'ClaimAssignment', spaceId, role: 'sensor', from, now: from } as const;
  const claimed = await api.handlers.device.handle(devEui, { ...command, processId: newCommandId() }, at);
  expect(claimed.ok).toBe(true);
}

it('a code without its space is free again after a minute, and not before', async () => {
  const at = context();
  const claim = {
    type: 'ClaimSpaceCode',
    code: 'LOST-1',
    spaceId: newCommandId(),
    now: at.decidedAt,
  } as const;
  expect((await api.handlers.site.handle(place.siteId, claim, at)).ok).toBe(true);
  const body = { site_id: place.siteId, code: 'LOST-1', name: 'Lost' };
  expect((await send('POST', '/spaces', body)).status).toBe(409);
  expect(await repairAfter(50)).toBe(0);
  expect(await repairAfter(70)).toBe(1);
  expect(await repairAfter(70)).toBe(0);
  expect((await send('POST', '/spaces', body)).status).toBe(201);
});

it('an assignment that stopped halfway is finished where the space takes the device', async () => {
  const spaceId = await place.newSpace();
  await claimSpace('00000000000000c1', spaceId);
  expect(await repairAfter(70)).toBe(1);
  expect(await repairAfter(70)).toBe(0);
  await api.settled();
  expect((await send('GET', `/spaces/${spaceId}`)).body['sensor_eui']).toBe('00000000000000c1');
});

it('and undone where it does not: the device is free for another space', async () => {
  const spaceId = await place.newSpace();
  await claimSpace('00000000000000c2', spaceId);
  expect((await send('POST', `/spaces/${spaceId}/decommission`)).status).toBe(200);
  expect(await repairAfter(70)).toBe(1);
  expect(await repairAfter(70)).toBe(0);
  const other = await place.newSpace();
  const assigned = await send('PUT', `/spaces/${other}/sensor`, { dev_eui: '00000000000000c2' });
  expect([assigned.status, assigned.body['sensor_eui']]).toEqual([200, '00000000000000c2']);
});
