import { afterAll, beforeAll, expect, it } from 'vitest';
import { addressOf, ApiClient, newSpace, newTenant, uplink } from '../cli/api-client.ts';
import { type DataFolder, dataFolder, type Program } from '../cli/program.ts';
import { signalPostgres } from './store-processes.ts';

const SENSOR = '70b3d5e75e00d001';
let folder: DataFolder;
let server: Program;
let api: ApiClient;
let tenant: { readonly id: string; readonly key: string };

beforeAll(async () => {
  folder = await dataFolder();
  server = folder.start('serve');
  tenant = await newTenant(folder);
  api = new ApiClient(await addressOf(server), tenant.key);
  await newSpace(api, 'A-01', SENSOR);
}, 120_000);
afterAll(() => folder.remove(), 120_000);

/** Programs that are killed and come back take their time. */
it(
  'spool list shows what a killed process left, and spool drain brings it',
  { timeout: 120_000 },
  async () => {
    expect(await folder.run('spool', 'list')).toMatchObject({ status: 0 });
    await signalPostgres(folder, 'SIGSTOP');
    const answers = await Promise.all(
      [1, 2, 3].map((n) => api.send('POST', '/uplink?event=up', uplink(n, n % 2 === 1, SENSOR))),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const held = await folder.run('spool', 'list', '--json');
    expect(held.status).toBe(0);
    expect(JSON.parse(held.stdout)).toMatchObject({ is_owner_alive: true, frames: 3, damaged_bytes: 0 });
    await server.stop('SIGKILL');
    await signalPostgres(folder, 'SIGKILL');
    const left = await folder.run('spool', 'list', '--json');
    expect([left.status, JSON.parse(left.stdout)]).toMatchObject([1, { is_owner_alive: false, frames: 3 }]);
    expect(await folder.ask('spool', 'drain')).toEqual({ drained: 3, left: 0 });
    expect(await folder.run('spool', 'list', '--json')).toMatchObject({ status: 0, stdout: '' });
    const [frames] = await folder.list(
      'stream',
      'list',
      '--prefix',
      `frames-${tenant.id.replaceAll('-', '')}`,
    );
    expect(frames).toMatchObject({ events: 3 });
    expect(await folder.ask('spool', 'drain')).toEqual({ drained: 0, left: 0 });
  },
);
