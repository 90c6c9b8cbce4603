import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceTypeById } from '../../../adapters/lorawan/device-types.ts';
import { createHandlers } from '../../../application/commands/handlers.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { SiteSilenceProcess } from '../../../application/site-silence/site-silence-process.ts';
import { instantOf } from '../../../domain/time/instant.ts';
import { siteSilenceFacts } from '../../../projections/incidents/site-silence-facts.ts';
import { startApi, type TestApi } from '../../support/api.ts';
import { type LiveIntake, startLiveIntake } from '../../support/live-intake.ts';
import { ask, givenPlace } from './client.ts';
import { withQuery } from './every-route.ts';

/** A heartbeat every three hours: silent after 6.6. */
const TYPE = 'milesight-udl';
const SILENT_MIN = 396;
const DAYS_AGO = 2 * 1440;

let api: TestApi;
let live: LiveIntake;
let key: string;
let ingest: string;
beforeAll(async () => {
  api = await startApi();
  live = await startLiveIntake(api);
  live.start();
  key = await api.keyOf('owner');
  ingest = await api.keyOf('ingest');
});
afterAll(async () => {
  await live.pause();
  await api.close();
});

const began = Date.now();
const minutesAgo = (minutes: number): string => new Date(began - minutes * 60_000).toISOString();

let devices = 0;
let fCnt = 0;

async function heard(devEui: string, minAgo: number): Promise<void> {
  const frame = deviceTypeById(TYPE)?.encodeUplink?.({ kind: 'status', occupied: true });
  fCnt += 1;
  const body = {
    deduplicationId: randomUUID(),
    time: minutesAgo(minAgo),
    deviceInfo: { devEui, tags: {} },
    devAddr: '01020304',
    fCnt,
    fPort: frame?.fPort ?? 1,
    data: Buffer.from(frame?.bytes ?? []).toString('base64'),
  };
  const answer = await ask(live.url, 'POST', '/uplink?event=up', { key: ingest, body });
  if (answer.status !== 200) throw new Error(answer.text);
}

/** A site with a sensor in each bay: heard for the last time so many minutes ago. */
async function siteOf(heardMinAgo: readonly number[]) {
  const { siteId, newSpace } = await givenPlace(api);
  const euis: string[] = [];
  const spaces: string[] = [];
  for (const minAgo of heardMinAgo) {
    devices += 1;
    const devEui = devices.toString(16).padStart(16, '0');
    const spaceId = await newSpace({ commissioned_at: minutesAgo(DAYS_AGO) });
    await ask(api.url, 'POST', '/devices', { key, body: { dev_eui: devEui, device_type: TYPE } });
    const body = { dev_eui: devEui, effective_at: minutesAgo(DAYS_AGO) };
    const assigned = await ask(api.url, 'PUT', `/spaces/${spaceId}/sensor`, { key, body });
    if (assigned.status !== 200) throw new Error(assigned.text);
    await heard(devEui, minAgo);
    euis.push(devEui);
    spaces.push(spaceId);
  }
  return { siteId, euis, spaces };
}

const silentSince = (minAgo: number): number => SILENT_MIN + minAgo;
const speaking = (count: number): number[] => Array.from({ length: count }, () => 5);

async function incidents(query: Readonly<Record<string, string>>) {
  await api.settled();
  const answer = await ask(api.url, 'GET', withQuery('/incidents', query), { key });
  expect(answer.status, answer.text).toBe(200);
  return answer.body['items'] as Record<string, unknown>[];
}

async function untilSilent(siteId: string, count: number): Promise<void> {
  await live.settled();
  for (;;) {
    const found = await incidents({ site_id: siteId, kind: 'device-stale', status: 'open' });
    if (found.length === count) return;
    await sleep(100);
  }
}

/** A process that has only just begun, as after a restart or on another machine. */
function newProcess(): SiteSilenceProcess {
  const caughtUp = async () => {
    await api.settled();
    return true;
  };
  return new SiteSilenceProcess({
    facts: siteSilenceFacts(api.database, caughtUp),
    handlers: createHandlers({ store: api.store, softwareVersion: 'test' }),
    now: () => instantOf(Date.now()),
    onError: (error) => {
      throw error;
    },
  });
}

async function typesIn(category: 'site' | 'device', id: string): Promise<readonly string[]> {
  const types: string[] = [];
  for await (const page of api.store.readStream(streamName(category, api.tenantId, id), { from: 'start' }))
    types.push(...page.map(({ type }) => type));
  return types.filter((type) => /Silence|Stale|HeardAgain/.test(type));
}

describe('U10: silences of a whole site', () => {
  it('one incident while 4 of 10 devices are silent; over when they are heard again', async () => {
    const { siteId, euis, spaces } = await siteOf([20, 19, 18, 12].map(silentSince).concat(speaking(6)));
    await untilSilent(siteId, 4);
    const process = newProcess();
    await Promise.all([process.round(), newProcess().round()]);
    await newProcess().round();
    const [incident, ...others] = await incidents({ site_id: siteId });
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      kind: 'site-silence',
      status: 'open',
      start_time: minutesAgo(20),
      end_time: null,
      dev_eui: null,
      detail: { devices: 3 },
    });
    const id = String(incident?.['id']);
    expect((await incidents({ part_of: id })).map((part) => part['dev_eui'])).toEqual(euis.slice(0, 4));
    expect((await incidents({ part_of: id, limit: '1' })).length).toBe(1);
    expect(await typesIn('site', siteId)).toEqual(['SiteSilenceDetected']);
    for (const devEui of euis.slice(0, 4))
      expect(await typesIn('device', devEui)).toEqual(['DeviceWentStale']);
    // Each bay by its own deadline, and no other one.
    // The device is told first, then the space; what is shown of the bay is not swapped.
    const shown = () =>
      Promise.all(
        spaces.map(async (spaceId) => {
          const { body } = await ask(api.url, 'GET', `/spaces/${spaceId}`, { key });
          const occupancy = body['occupancy'] as Record<string, unknown>;
          return [body['state'], occupancy['value'], occupancy['stale_since']];
        }),
      );
    const silent = [20, 19, 18, 12].map((minAgo) => ['OCCUPIED', 'UNKNOWN', minutesAgo(minAgo)]);
    const seen = speaking(6).map(() => ['OCCUPIED', 'OCCUPIED', null]);
    await expect.poll(shown).toEqual([...silent, ...seen]);

    for (const devEui of euis.slice(0, 3)) await heard(devEui, 1);
    await untilSilent(siteId, 1);
    await process.round();
    await Promise.all([process.round(), newProcess().round()]);
    expect(await typesIn('site', siteId)).toEqual(['SiteSilenceDetected', 'SiteSilenceEnded']);
    expect(await incidents({ site_id: siteId })).toMatchObject([
      { id, status: 'ended', end_time: minutesAgo(1) },
      // Somebody has to look after the one that did not come back.
      { kind: 'device-stale', status: 'open', dev_eui: euis[3], part_of: null },
    ]);
  });

  it('none of a site with 1 of 10, none of a site with four devices', async () => {
    const one = await siteOf([silentSince(20), ...speaking(9)]);
    const four = await siteOf([20, 19, 18, 17].map(silentSince));
    await untilSilent(one.siteId, 1);
    await untilSilent(four.siteId, 4);
    await newProcess().round();
    expect(await incidents({ site_id: one.siteId })).toMatchObject([{ kind: 'device-stale', part_of: null }]);
    expect((await incidents({ site_id: four.siteId })).map(({ kind }) => kind)).toEqual(
      Array(4).fill('device-stale'),
    );
    expect(await incidents({ site_id: four.siteId, kind: 'site-silence' })).toEqual([]);
  });

  it('U9: retracted with the silences that never were', async () => {
    const { siteId, euis } = await siteOf([20, 19].map(silentSince).concat(speaking(3)));
    await untilSilent(siteId, 2);
    const process = newProcess();
    await process.round();
    expect(await incidents({ site_id: siteId, status: 'open' })).toMatchObject([{ kind: 'site-silence' }]);
    // It had been sent in time and came late.
    await heard(euis[1] ?? '', 180);
    await untilSilent(siteId, 1);
    await process.round();
    expect(await typesIn('device', euis[1] ?? '')).toEqual(['DeviceWentStale', 'DeviceStaleRetracted']);
    expect(await incidents({ site_id: siteId, kind: 'site-silence' })).toMatchObject([
      { status: 'retracted', end_time: minutesAgo(20) },
    ]);
    expect(await incidents({ site_id: siteId, status: 'open' })).toMatchObject([
      { kind: 'device-stale', dev_eui: euis[0], part_of: null },
    ]);
    const events = await api.eventCount();
    await newProcess().round();
    await process.round();
    expect(await api.eventCount()).toBe(events);
  });

  it('found afterwards, with beginning and end, when nobody looked meanwhile', async () => {
    const { siteId, euis } = await siteOf([...[20, 19].map(silentSince), ...speaking(3)]);
    await untilSilent(siteId, 2);
    for (const devEui of euis.slice(0, 2)) await heard(devEui, 1);
    await untilSilent(siteId, 0);
    await newProcess().round();
    expect(await incidents({ site_id: siteId })).toMatchObject([
      { kind: 'site-silence', status: 'ended', start_time: minutesAgo(20), end_time: minutesAgo(1) },
    ]);
    expect(await typesIn('site', siteId)).toEqual(['SiteSilenceDetected', 'SiteSilenceEnded']);
  });
});
