import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, ApiClient, newSpace, newTenant } from './api-client.ts';
import { type DataFolder, dataFolder } from './program.ts';

const TIMEOUT = 120_000;

describe('without a running system', { timeout: TIMEOUT }, () => {
  let folder: DataFolder;
  beforeAll(async () => (folder = await dataFolder()));
  afterAll(() => folder.remove(), TIMEOUT);

  it('migrates, and says what is missing', async () => {
    const before = await folder.run('migrate', 'status', '--json');
    expect(before.status).toBe(1);
    expect(before.stdout).toContain('"applied_at":null');
    expect(await folder.ask('migrate', 'up', '--dry-run')).toMatchObject({ dry_run: true });
    expect((await folder.run('migrate', 'status')).status).toBe(1);
    const done = (await folder.ask('migrate', 'up'))['migrations'] as object[];
    expect(done.length).toBeGreaterThan(3);
    expect(await folder.ask('migrate', 'up')).toMatchObject({ migrations: [] });
    expect((await folder.run('migrate', 'status')).status).toBe(0);
    expect(await folder.ask('migrate', 'down', '--to', '5', '--yes')).toMatchObject({ direction: 'down' });
    expect((await folder.run('migrate', 'status')).status).toBe(1);
    await folder.ask('migrate', 'up');
  });

  it('makes tenants and keys, and keeps the history of it', async () => {
    const tenant = await newTenant(folder, 'live');
    expect(tenant.key).toMatch(/^bl_live_/);
    const [listed] = await folder.list('tenant', 'list');
    expect(listed).toMatchObject({ tenant_id: tenant.id, name: 'Test', mode: 'live', suspended: false });

    const key = await folder.ask(
      'key',
      'create',
      '--tenant',
      tenant.id,
      '--role',
      'ingest',
      '--expires',
      '90d',
    );
    expect(key).toEqual({
      key_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      api_key: expect.stringMatching(/^bl_live_/) as string,
    });
    const keys = await folder.list('key', 'list', '--tenant', tenant.id);
    expect(keys.map(({ role }) => role).sort()).toEqual(['ingest', 'owner']);
    expect(JSON.stringify(keys)).not.toContain(String(key['api_key']));

    const revoke = ['key', 'revoke', String(key['key_id']), '--reason', 'incident'];
    expect(await folder.ask(...revoke)).toMatchObject({ changed: true, reason: 'incident' });
    expect(await folder.ask(...revoke)).toMatchObject({ changed: false });
    const suspend = ['tenant', 'suspend', tenant.id, '--reason', 'unpaid by Mrs Miller'];
    expect(await folder.ask(...suspend)).toMatchObject({ suspended: true, changed: true });
    expect((await folder.list('tenant', 'list'))[0]).toMatchObject({ suspended: true });
    expect(await folder.ask('tenant', 'resume', tenant.id, '--reason', 'other')).toMatchObject({
      suspended: false,
    });

    const stream = `tenant-${tenant.id.replaceAll('-', '')}-${tenant.id.replaceAll('-', '')}`;
    const [summary] = await folder.list('stream', 'list', '--prefix', 'tenant');
    expect(summary).toMatchObject({ stream, revision: 5, events: 6 });
    const events = await folder.list('stream', 'show', stream);
    expect(events.map(({ type }) => type)).toEqual([
      'TenantRegistered',
      'ApiKeyIssued',
      'ApiKeyIssued',
      'ApiKeyRevoked',
      'TenantSuspended',
      'TenantResumed',
    ]);
    expect(events[3]).toMatchObject({
      metadata: {
        actor: { type: 'cli', id: expect.stringMatching(new RegExp(`^${userInfo().username}@.`)) as string },
        reason_code: 'incident',
      },
    });
    // What people write about people is nobody's to read here.
    expect(JSON.stringify(events)).not.toContain('Miller');
    expect(await folder.list('stream', 'show', stream, '--from', '2', '--limit', '1')).toMatchObject([
      { revision: 2 },
    ]);
  });

  it('says what is not there, with a code and without a stack', async () => {
    const nobody = '0b6b1f0e-6b0f-5d52-9a53-8c1f1d0a7c11';
    for (const args of [
      ['key', 'create', '--tenant', nobody, '--role', 'viewer'],
      ['key', 'revoke', nobody, '--reason', 'test'],
      ['tenant', 'suspend', nobody, '--reason', 'test'],
      ['audit', 'state', 'A-99'],
      ['simulate', 'uplink', 'A-99', '--occupied'],
      ['orphan', 'assign', '70b3d57ed005a1b2', '--type', 'nwave-nps405', '--space', 'A-99'],
      ['stream', 'show', `tenant-${'1'.repeat(32)}-${'1'.repeat(32)}`],
    ]) {
      const { status, stderr, stdout } = await folder.run(...args, '--json');
      expect([args, status, stdout]).toEqual([args, 1, '']);
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'not-found' } });
    }
  });
});

describe('beside a running system', { timeout: TIMEOUT }, () => {
  let folder: DataFolder;
  let api: ApiClient;
  let spaceId: string;

  beforeAll(async () => {
    folder = await dataFolder();
    const server = folder.start('serve');
    const url = await addressOf(server);
    // The key works at once.
    api = new ApiClient(url, (await newTenant(folder)).key);
    expect((await api.get('/me')).status).toBe(200);
    spaceId = await newSpace(api);
  }, TIMEOUT);
  afterAll(() => folder.remove(), TIMEOUT);

  it('simulates frames, and audits what they did', async () => {
    const sent = await folder.ask('simulate', 'uplink', 'a-01', '--occupied');
    expect(sent).toMatchObject({ accepted: true, duplicate: false, space_id: spaceId, f_cnt: 0 });
    await api.until(`/spaces/${spaceId}`, ({ state }) => state === 'OCCUPIED');
    const occupiedAt = new Date().toISOString();
    const again = await folder.ask('simulate', 'uplink', spaceId, '--vacant', '--duplicate', '--lost');
    expect(again).toMatchObject({ duplicate: true, f_cnt: 2 });
    await api.until(`/spaces/${spaceId}`, ({ state }) => state === 'FREE');

    const now = await folder.ask('audit', 'state', 'A-01');
    expect(now).toMatchObject({ state: 'FREE', decided_by: { type: 'SpaceStateChanged' } });
    const then = ['audit', 'state', spaceId, '--valid-at', occupiedAt];
    expect(await folder.ask(...then)).toMatchObject({ state: 'OCCUPIED', valid_at: occupiedAt });
    expect(await folder.ask(...then)).toEqual(await folder.ask(...then));
    const position = String(now['known_at_position']);
    expect(await folder.ask('audit', 'state', spaceId, '--known-at-position', position)).toEqual(now);
  });

  it('shows and rebuilds the read models', async () => {
    const models = await folder.list('projection', 'list');
    expect(models.find(({ name }) => name === 'spaces_current')).toMatchObject({
      status: 'active',
      generation: 1,
      owned: true,
      parked_streams: 0,
    });
    const before = await api.get(`/spaces/${spaceId}`);
    const [rebuilt] = await folder.list('projection', 'rebuild', 'spaces_current');
    expect(rebuilt).toMatchObject({ name: 'spaces_current', generation: 2, parked_streams: 0 });
    expect((await api.get(`/spaces/${spaceId}`)).body).toMatchObject({
      id: spaceId,
      code: before.body['code'],
    });
    expect((await folder.run('projection', 'parked')).status).toBe(0);
  });

  it('sends simulated frames only for tenants in mode test', async () => {
    const live = await newTenant(folder, 'live');
    const other = new ApiClient(api.url, live.key);
    await newSpace(other, 'L-01', '70b3d5e75e000002');
    const { status, stderr } = await folder.run('simulate', 'uplink', 'L-01', '--occupied', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'tenant-is-live' } });
  });
});
