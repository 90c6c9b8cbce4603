import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../support/api.ts';
import { type LiveIntake, startLiveIntake } from '../../support/live-intake.ts';
import { ask, givenPlace } from '../api/client.ts';

const EUI = '00000000000000e1';
const SILENT = '00000000000000e2';
let api: TestApi;
let live: LiveIntake;
let key: string;
beforeAll(async () => {
  api = await startApi();
  live = await startLiveIntake(api);
  live.start();
  key = await api.keyOf('owner');
  const { newSpace } = await givenPlace(api);
  const spaceId = await newSpace({ commissioned_at: secondsAgo(86_400) });
  for (const dev_eui of [EUI, SILENT])
    await ask(api.url, 'POST', '/devices', { key, body: { dev_eui, device_type: 'milesight-udl' } });
  const body = { dev_eui: EUI, effective_at: secondsAgo(80_000) };
  await ask(api.url, 'PUT', `/spaces/${spaceId}/sensor`, { key, body });
  await api.settled();
});
afterAll(async () => {
  await live.pause();
  await api.close();
});

const began = Date.now();
const secondsAgo = (seconds: number): string => new Date(began - seconds * 1000).toISOString();
let fCnt = 0;

/** `channels`: the payload in the vendor's format, as hex. */
async function send(channels: string, agoS: number, rxInfo: unknown = undefined): Promise<void> {
  fCnt += 1;
  const body = {
    deduplicationId: randomUUID(),
    time: secondsAgo(agoS),
    deviceInfo: { devEui: EUI, tags: {} },
    devAddr: '01020304',
    fCnt,
    fPort: 85,
    data: Buffer.from(channels, 'hex').toString('base64'),
    ...(rxInfo === undefined ? {} : { rxInfo }),
  };
  const answer = await ask(live.url, 'POST', '/uplink?event=up', { key: await api.keyOf('ingest'), body });
  expect(answer.status, answer.text).toBe(200);
  await live.settled();
}

async function health(devEui = EUI) {
  const answer = await ask(api.url, 'GET', `/devices/${devEui}/health`, { key: await api.keyOf('viewer') });
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

const [BATTERY_80, CELSIUS_20, OCCUPIED] = ['017550', '0367c800', '04828403'];

describe('the health of a device', () => {
  it('is unknown before it was heard', async () => {
    expect(await health(SILENT)).toMatchObject({
      status: 'never-heard',
      last_heard_at: null,
      signal: null,
      restarts: 0,
      battery: { voltage_mv: null, percent: null, low_since: null },
      decoder_errors: { count: 0, last_at: null, last_code: null },
    });
  });

  it('says its battery, temperature, and how the best gateway heard its latest message', async () => {
    const rxInfo = [
      { rssi: -60, snr: 4 },
      { rssi: -100, snr: 8.5 },
    ];
    await send(BATTERY_80 + CELSIUS_20 + OCCUPIED, 600, rxInfo);
    expect(await health()).toMatchObject({
      status: 'healthy',
      last_heard_at: secondsAgo(600),
      // 2.2 heartbeats of three hours.
      stale_due_at: secondsAgo(600 - 23_760),
      battery: { voltage_mv: null, percent: 80, low_since: null },
      temperature: { celsius: 20 },
      signal: { rssi_dbm: -100, snr_db: 8.5, gateways: 2 },
    });
    // What a later message does not say stays as it was said; its signal is its own.
    await send(OCCUPIED, 500);
    expect(await health()).toMatchObject({ battery: { percent: 80 }, signal: null });
  });

  it('counts what the decoder could not read', async () => {
    await send('0367', 400, [{ rssi: -90, snr: 1 }]);
    await send('0367', 300);
    await send(OCCUPIED, 200);
    const { decoder_errors: errors } = await health();
    expect(errors).toMatchObject({ count: 2, last_at: secondsAgo(300) });
    expect((errors as { last_code: unknown }).last_code).toMatch(/^[a-z-]+$/);
  });
});
