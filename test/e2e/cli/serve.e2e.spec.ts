import { once } from 'node:events';
import { createServer } from 'node:net';
import { type AddressInfo } from 'node:net';
import { chown } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, ApiClient, DEV_EUI, newSpace, newTenant, uplink } from './api-client.ts';
import { type DataFolder, dataFolder, Program } from './program.ts';

const TIMEOUT = 120_000;

describe('serve', { timeout: TIMEOUT }, () => {
  let folder: DataFolder;
  beforeAll(async () => (folder = await dataFolder()));
  afterAll(() => folder.remove(), TIMEOUT);

  it('goes from a frame to the state, through an override and back, and stops clean', async () => {
    const server = folder.start('serve');
    const api = new ApiClient(await addressOf(server), (await newTenant(folder)).key);
    const spaceId = await newSpace(api);
    expect(await api.make('/uplink?event=up', uplink(1, true))).toMatchObject({
      accepted: true,
      duplicate: false,
    });
    await api.until(`/spaces/${spaceId}`, ({ state }) => state === 'OCCUPIED');
    const override = await api.make(`/spaces/${spaceId}/overrides`, {
      kind: 'OUT_OF_SERVICE',
      reason: 'cleaning',
    });
    await api.until(`/spaces/${spaceId}`, ({ state }) => state === 'MAINTENANCE');
    await api.make(`/overrides/${String(override['id'])}/lift`, { reason: 'no-longer-needed' });
    await api.until(`/spaces/${spaceId}`, ({ state }) => state === 'OCCUPIED');
    const changes = await api.until(
      `/state-changes?space_id=${spaceId}`,
      ({ items }) => Array.isArray(items) && items.length >= 4,
    );
    expect(JSON.stringify(changes)).toContain('MAINTENANCE');

    const [, metricsUrl] = await server.says(/"metrics":"([^"]+)"/);
    const metrics = await (await fetch(metricsUrl ?? '')).text();
    expect(metrics).toMatch(/parking_uplinks_total\{device_type="nwave-nps405",status="applied"\} 1/);
    expect(metrics).toMatch(/parking_uplink_to_state_seconds_count [1-9]/);
    expect(metrics).toMatch(
      /http_request_duration_seconds_count\{route="\/api\/v1\/spaces\/:id",method="GET",status="200"\}/,
    );
    expect(metrics).toMatch(/parking_projection_lag_events\{projection="spaces_current"\} 0/);
    expect(metrics).toMatch(/nodejs_version_info/);
    expect(metrics).not.toContain(DEV_EUI);

    const { status, stderr, stdout } = await server.stop('SIGTERM');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const line of stdout.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ role: 'all' });
    expect(stdout).not.toMatch(/bl_test_|postgres:\/\/[^"]*:[^"*]*@/);
  });

  it('says so when the port is taken, and ends with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const server = folder.start('serve', '--port', String(port), '--json');
    const { status, stderr } = await server.ended();
    other.close();
    expect(status).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'port-taken', port } });
  });

  it('refuses a database of somebody else that lacks migrations', async () => {
    const { url } = await import('../../support/postgres.ts').then(({ createTestDatabase }) =>
      createTestDatabase(),
    );
    const server = new Program(['serve', '--json'], {
      env: { ...folder.env, DATABASE_URL: url, EVENT_STORE_URL: url },
    });
    const { status, stderr, stdout } = await server.ended();
    expect(status).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'migrations-pending' } });
    expect(stderr + stdout).not.toContain(new URL(url).password);
  });

  it('runs on a memory store, which needs no preparation and leaves nothing', async () => {
    const env = { ...folder.env, EVENT_STORE_URL: 'memory:' };
    for (const round of [1, 2]) {
      const server = new Program(['serve'], { env });
      const url = await addressOf(server);
      const health = (await (await fetch(`${url}/health/ready`)).json()) as { status: string };
      expect([round, health.status]).toEqual([round, 'healthy']);
      expect((await server.stop()).status).toBe(0);
    }
  });
});

describe('several processes on one DATA_DIR', { timeout: TIMEOUT }, () => {
  let folder: DataFolder;
  beforeAll(async () => (folder = await dataFolder()));
  afterAll(() => folder.remove(), TIMEOUT);

  it('share the work by roles, and none needs the others to end', async () => {
    const worker = folder.start('serve', '--role', 'worker');
    await worker.says(/is ready \(role worker\)/);
    const [first, second, projector, intake] = ['api', 'all', 'projector', 'ingest'].map((role) =>
      folder.start('serve', '--role', role),
    );
    if (first === undefined || second === undefined || projector === undefined || intake === undefined)
      throw new Error('not started');
    const urls = await Promise.all([addressOf(first), addressOf(second), addressOf(intake)]);
    await projector.says(/is ready \(role projector\)/);
    const { key } = await newTenant(folder);
    const [api, other, frames] = urls.map((url) => new ApiClient(url, key));
    if (api === undefined || other === undefined || frames === undefined) throw new Error('no address');
    const spaceId = await newSpace(api);
    // The role api takes no frames, and the role ingest nothing else.
    expect((await api.send('POST', '/uplink?event=up', uplink(1, true))).status).toBe(404);
    expect((await frames.send('GET', '/spaces')).status).toBe(404);
    await frames.make('/uplink?event=up', uplink(1, true));
    await api.until(`/spaces/${spaceId}`, ({ state }) => state === 'OCCUPIED');

    // The one that is in charge of sensors goes without a word; another takes over when its lease has run out.
    await worker.stop('SIGKILL');
    await other.make('/uplink?event=up', uplink(2, false));
    await api.until(`/spaces/${spaceId}`, ({ state }) => state === 'FREE', 40_000);
    for (const process of [second, projector, intake, first]) expect((await process.stop()).status).toBe(0);
  });
});

describe.skipIf(process.getuid?.() !== 0)('as an ordinary user (skipped: needs root to become one)', () => {
  it(
    'serves',
    async () => {
      const folder = await dataFolder();
      const nobody = 65_534;
      await chown(folder.path, nobody, nobody);
      const server = new Program(['serve'], { env: folder.env, uid: nobody });
      try {
        await addressOf(server);
        expect((await server.stop()).status).toBe(0);
      } finally {
        await server.stop('SIGKILL');
        await folder.remove();
      }
    },
    TIMEOUT,
  );
});
