import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Mosquitto, mosquittoIsAbsent, needsMosquitto } from '../../support/mosquitto.ts';
import { Publisher, topicOf } from '../../int/mqtt/published.ts';
import { addressOf, ApiClient, DEV_EUI, newSpace, newTenant, uplink } from '../cli/api-client.ts';
import { type DataFolder, dataFolder, Program } from '../cli/program.ts';

const TIMEOUT = 120_000;

describe('The Things Stack', { timeout: TIMEOUT }, () => {
  let folder: DataFolder;
  beforeAll(async () => (folder = await dataFolder({ INGEST_QUOTA: '3' })));
  afterAll(() => folder.remove(), TIMEOUT);

  it('moves a bay through its webhook, with a key of role ingest, and is never told to slow down', async () => {
    const server = folder.start('serve');
    const { id, key } = await newTenant(folder);
    const api = new ApiClient(await addressOf(server), key);
    const spaceId = await newSpace(api);
    const made = await folder.ask('key', 'create', '--tenant', id, '--role', 'ingest');
    const webhook = new ApiClient(api.url, String(made['api_key']));
    const send = (f_cnt: number, occupied: boolean) =>
      webhook.send('POST', '/ingest/tts/up', {
        end_device_ids: { device_id: 'bay', dev_eui: DEV_EUI.toUpperCase(), dev_addr: '01020304' },
        received_at: new Date().toISOString(),
        uplink_message: {
          session_key_id: 'AXBSH1Pk6Z0G166RlH16CQ==',
          f_port: 1,
          f_cnt,
          frm_payload: Buffer.of(occupied ? 1 : 0).toString('base64'),
          received_at: new Date().toISOString(),
        },
      });
    expect(await send(1, true)).toMatchObject({ status: 200, body: { accepted: true, duplicate: false } });
    await api.until(`/spaces/${spaceId}`, ({ state }) => state === 'OCCUPIED');
    // Beyond its quota of 3 a minute: taken in, counted, told of.
    for (let fCnt = 2; fCnt <= 8; fCnt += 1) expect((await send(fCnt, fCnt % 2 === 1)).status).toBe(200);
    await api.until(`/spaces/${spaceId}`, ({ state }) => state === 'FREE');
    await server.says(/a tenant sends more frames than its quota/);
    const [, metricsUrl] = await server.says(/"metrics":"([^"]+)"/);
    expect(await (await fetch(metricsUrl ?? '')).text()).toContain(
      'parking_ingest_over_quota_frames_total 5',
    );
    expect((await webhook.send('GET', '/ingest/tts')).status).toBe(405);
    const stranger = new ApiClient(api.url, 'bl_test_0123456789');
    expect((await stranger.send('POST', '/ingest/tts', {})).status).toBe(401);
    await server.stop('SIGTERM');
  });
});

describe.skipIf(mosquittoIsAbsent)(needsMosquitto('ChirpStack by MQTT'), { timeout: TIMEOUT }, () => {
  let broker: Mosquitto;
  let folder: DataFolder;
  beforeAll(async () => {
    broker = await Mosquitto.start();
    folder = await dataFolder({ MQTT_URL: broker.url });
  });
  afterAll(async () => {
    await folder.remove();
    await broker.remove();
  }, TIMEOUT);

  const started: Program[] = [];
  const start = async (env: Readonly<Record<string, string>> = {}): Promise<[Program, string]> => {
    const program = new Program(['serve'], { env: { ...folder.env, ...env } });
    started.push(program);
    return [program, await addressOf(program)];
  };
  afterAll(async () => {
    for (const program of started) await program.stop('SIGKILL');
  });
  const isHealthy = ({ checks }: Record<string, unknown>) =>
    (checks as { mqtt?: { connected?: boolean } } | undefined)?.mqtt?.connected === true;

  it('moves a bay, also by what was published while the program was dead', async () => {
    const [first, url] = await start();
    const { id, key } = await newTenant(folder);
    const api = new ApiClient(url, key);
    const spaceId = await newSpace(api);
    // Without a key the frames are those of the only tenant.
    await api.until('/health', isHealthy);
    const publisher = await Publisher.connect(broker.url);
    const topic = topicOf('up', DEV_EUI);
    await publisher.publish(topic, uplink(1, true));
    await api.until(`/spaces/${spaceId}`, ({ state }) => state === 'OCCUPIED');
    await first.stop('SIGKILL');
    await publisher.publish(topic, uplink(2, false));
    await publisher.publish(topic, Buffer.from('0a2433623234313130311a0208b6', 'hex'));
    const made = await folder.ask('key', 'create', '--tenant', id, '--role', 'ingest');

    // A second tenant: now a key has to say whose frames these are.
    await newTenant(folder);
    const [second, secondUrl] = await start();
    await second.says(/set MQTT_API_KEY/);
    api.url = secondUrl;
    await api.until('/health', ({ status }) => status === 'degraded');
    await second.stop('SIGTERM');

    const [third, thirdUrl] = await start({ MQTT_API_KEY: String(made['api_key']) });
    api.url = thirdUrl;
    await api.until(`/spaces/${spaceId}`, ({ state }) => state === 'FREE');
    await third.says(/Protobuf.*json=true/);
    const [, metricsUrl] = await third.says(/"metrics":"([^"]+)"/);
    const metrics = await (await fetch(metricsUrl ?? '')).text();
    expect(metrics).toContain('parking_mqtt_connected 1');
    expect(metrics).toContain('parking_mqtt_messages_total{outcome="unreadable"} 1');
    await publisher.end();
    const { status, stderr, stdout } = await third.stop('SIGTERM');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).not.toContain(String(made['api_key']));
  });
});
