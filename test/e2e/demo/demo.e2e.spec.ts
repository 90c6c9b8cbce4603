import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from '../cli/api-client.ts';
import { type DataFolder, dataFolder, type Program, root } from '../cli/program.ts';
import { linesOfThePage, StoryBays } from './story-bays.ts';

const TIMEOUT = 180_000;
const READY = /Ctrl-C stops it/;

/** The promise is 30 s on an idle machine with two cores; a run of tests is none. */
const READY_MS = Number(process.env['DEMO_READY_MS'] ?? 60_000);

describe('demo', { timeout: TIMEOUT }, () => {
  let folder: DataFolder;
  let program: Program;
  let stories: readonly unknown[] = [];

  beforeAll(async () => {
    folder = await dataFolder();
    program = folder.start('demo');
  }, TIMEOUT);
  afterAll(() => folder.remove(), TIMEOUT);

  it('says at once what starts and where, then shows one screen', async () => {
    const began = performance.now();
    await program.says(READY, READY_MS);
    console.log(`demo ready after ${Math.round(performance.now() - began)} ms`);
    expect(program.stderr.split('\n')[0]).toMatch(/^Demo City starts: .*data lie in \/.*nothing leaves it/);
    const lines = program.stdout.trim().split('\n');
    expect(lines.length).toBeLessThanOrEqual(25);
    for (const role of ['owner', 'admin', 'operator', 'booker', 'viewer', 'analyst', 'auditor', 'ingest'])
      expect(program.stdout).toMatch(new RegExp(`^ {2}${role} +bl_test_`, 'm'));
    expect(lines.filter((line) => line.startsWith('curl'))).toHaveLength(3);
  });

  it('prints curl lines that work when pasted', async () => {
    const lines = program.stdout.split('\n').filter((line) => line.startsWith('curl'));
    const answers = [];
    for (const line of lines) {
      const { stdout } = await promisify(execFile)('bash', ['-c', line]);
      answers.push(JSON.parse(stdout) as unknown);
    }
    const [occupancy, override, utilization] = answers as [
      { items: { capacity: number }[] },
      { state: string },
      { items: { occupied_s: number }[] },
    ];
    expect(occupancy.items.reduce((sum, { capacity }) => sum + capacity, 0)).toBe(60);
    expect(override.state).toBe('MAINTENANCE');
    expect(utilization.items.length).toBeGreaterThanOrEqual(24);
    expect(utilization.items.some(({ occupied_s }) => occupied_s > 0)).toBe(true);
  });

  it('keeps its keys from others, and its log off the terminal', async () => {
    expect((await stat(join(folder.path, 'keys', 'demo.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder.path, 'log', 'demo.log'))).size).toBeGreaterThan(0);
    expect(program.stdout + program.stderr).not.toMatch(/"level"|Warning/);
  });

  describe('its story bays, as soon as it is ready', () => {
    let bays: StoryBays;
    beforeAll(async () => {
      bays = await StoryBays.of(folder, await clientOf(folder, program, 'owner'));
    });

    it('are on the screen', () => {
      expect(program.stdout).toMatch(/A-07 .*late.*C-01 .*swapped.*C-05 .*silent.*D-02 .*flapping/);
    });
    it('A-07: a late frame has made two stays of one', () => bays.lateFrame());
    it('C-01: the sensor was swapped during a stay, which goes on', () => bays.swappedMidStay());
    it('C-05: a silent sensor is said to be silent', () => bays.silentSensor());
    it('D-02: a flapping sensor is told of', () => bays.flappingSensor());

    it('are shown by the lines of their page', async () => {
      const [, url] = await program.says(/API +(http:\/\/\S+)\/api\/v1/);
      const lines = await linesOfThePage(folder, `${url ?? ''}/api/v1`);
      const shown = [
        /"quality":"corrected".*"correction_no":1/,
        /^"type":"OccupancyHistoryCorrected"/,
        /"quality":"bridged"/,
        /"role":"sensor"/,
        /"available":null.*"value":"UNKNOWN"/,
        /"kind":"device-stale","status":"open"/,
        /"kind":"flapping","status":"open"/,
      ];
      expect(lines).toHaveLength(shown.length);
      shown.forEach((pattern, index) => expect(lines[index]).toMatch(pattern));
    });
  });

  it('is alive: frames arrive through the intake and change spaces', async () => {
    const api = await clientOf(folder, program, 'viewer');
    const [, metrics] = await program.says(/(http:\/\/\S+\/metrics)/);
    const deadline = performance.now() + 30_000;
    let text = '';
    while (!/parking_uplinks_total\{device_type="[^"]+",status="applied"\} [1-9]/.test(text)) {
      expect(performance.now()).toBeLessThan(deadline);
      text = await (await fetch(metrics ?? '')).text();
    }
    expect((await api.get('/sites')).body['items']).toHaveLength(2);
  });

  it('tells the story of the README', async () => {
    const [, url] = await program.says(/API +(http:\/\/\S+)\/api\/v1/);
    const { stdout } = await promisify(execFile)('sh', ['docs/story.sh'], {
      cwd: root,
      env: { ...process.env, ...folder.env, API: `${url ?? ''}/api/v1` },
    });
    expect(stdout).toMatch(/"state":"OCCUPIED"[\s\S]*"state":"MAINTENANCE"[\s\S]*MAINTENANCE/);
  });

  it('stops clean, and goes on with the same data; a taken port is no hindrance', async () => {
    stories = await (await StoryBays.of(folder, await clientOf(folder, program, 'owner'))).everything();
    expect((await program.stop('SIGINT')).status).toBe(0);
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const keys = await readFile(join(folder.path, 'keys', 'demo.json'), 'utf8');
    const again = (await import('../cli/program.ts')).Program;
    const second = new again(['demo'], { env: { ...folder.env, API_PORT: String(port) } });
    try {
      await second.says(READY, READY_MS);
      expect(second.stderr).toMatch(/Found Demo City, made .*its last event is of/);
      expect(second.stderr).toMatch(new RegExp(`Port ${port} is taken`));
      expect(await readFile(join(folder.path, 'keys', 'demo.json'), 'utf8')).toBe(keys);
      const owner = await clientOf(folder, second, 'owner');
      expect((await owner.get('/me')).status).toBe(200);
      const bays = await StoryBays.of(folder, owner);
      await bays.all();
      expect(await bays.everything()).toEqual(stories);
    } finally {
      other.close();
      expect((await second.stop('SIGINT')).status).toBe(0);
    }
  });

  it('tells its stories again after a start that was cut off while it told them, and nothing twice', async () => {
    const keys = join(folder.path, 'keys', 'demo.json');
    const file = JSON.parse(await readFile(keys, 'utf8')) as Record<string, unknown>;
    expect(file['stories_told_at']).toEqual(expect.any(String));
    await writeFile(keys, JSON.stringify({ ...file, stories_told_at: null }));
    const again = folder.start('demo');
    await again.says(READY, READY_MS);
    const bays = await StoryBays.of(folder, await clientOf(folder, again, 'owner'));
    await bays.all();
    expect(await bays.everything()).toEqual(stories);
    expect(await readFile(keys, 'utf8')).toMatch(/"stories_told_at": ?"/);
    expect((await again.stop('SIGINT')).status).toBe(0);
  });

  it('begins anew when told, and after a start that was not finished', async () => {
    const before = JSON.parse(await readFile(join(folder.path, 'keys', 'demo.json'), 'utf8')) as {
      tenant_id: string;
    };
    const fresh = folder.start('demo', '--fresh', '--spaces', '400');
    await fresh.says(/changes of two past days|data of the demo before were deleted/);
    await fresh.stop('SIGKILL');
    const next = folder.start('demo', '--spaces', '8');
    await next.says(READY, READY_MS);
    const now = JSON.parse(await readFile(join(folder.path, 'keys', 'demo.json'), 'utf8')) as {
      tenant_id: string;
      spaces: object;
    };
    expect(now.tenant_id).not.toBe(before.tenant_id);
    expect(Object.keys(now.spaces)).toHaveLength(8);
    expect((await next.stop('SIGTERM')).status).toBe(0);
  });
});

async function clientOf(folder: DataFolder, program: Program, role: string): Promise<ApiClient> {
  const [, url] = await program.says(/API +(http:\/\/\S+)\/api\/v1/);
  const file = JSON.parse(await readFile(join(folder.path, 'keys', 'demo.json'), 'utf8')) as {
    keys: Record<string, string>;
  };
  return new ApiClient(url ?? '', file.keys[role] ?? '');
}
