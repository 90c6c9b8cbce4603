import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { addSeconds, instantOf, type Instant } from '../../../domain/time/instant.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { S3_KEYS, startS3 } from '../../support/s3-server.ts';
import { sendFrames } from '../../support/sent-frames.ts';
import { addressOf, newTenant } from './api-client.ts';
import { type DataFolder, dataFolder, type Program } from './program.ts';

const TIMEOUT = 120_000;
const DAY_S = 86_400;
const DEV_EUI = '00000000000000aa';

/** The program with a policy of one day, and frames that came two days ago. */
async function given(settings: Readonly<Record<string, string>> = {}) {
  const database: TestDatabase = await createTestDatabase();
  const folder: DataFolder = await dataFolder({
    DATABASE_URL: database.url,
    EVENT_STORE_URL: database.url,
    FRAMES_KEPT: '1d',
    ...settings,
  });
  const remove = async (): Promise<void> => {
    await folder.remove();
    await database.drop();
  };
  await folder.ask('migrate', 'up');
  const tenant = await newTenant(folder);
  const at: Instant = addSeconds(
    instantOf(Math.floor(Date.now() / 86_400_000) * 86_400_000),
    -2 * DAY_S + 60,
  );
  const then = await openPostgresStore({ connectionString: database.url, now: () => new Date(at) });
  await sendFrames(then, tenant.id, { at, count: 3, devEui: DEV_EUI }, 15 * DAY_S);
  await then.close();
  // The first round of a worker begins with the tenants that the read models know of.
  await folder.list('tenant', 'list');
  return { at, folder, remove, tenant };
}

async function until<T>(read: () => Promise<T>, isThere: (found: T) => boolean): Promise<T> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const found = await read();
    if (isThere(found)) return found;
    if (performance.now() > deadline) throw new Error(`stayed ${JSON.stringify(found)}`);
    await sleep(50);
  }
}

async function watching(server: Program) {
  const url = await addressOf(server);
  const [, metricsUrl = ''] = await server.says(/"metrics":"([^"]+)"/);
  return {
    gauge: async (): Promise<number> => {
      const text = await (await fetch(metricsUrl)).text();
      return Number(/^parking_frames_not_archived (\S+)$/m.exec(text)?.[1]);
    },
    check: async (): Promise<unknown> => {
      const health = (await (await fetch(`${url}/health`)).json()) as { checks: Record<string, unknown> };
      return health.checks['frames_archive'];
    },
  };
}

describe('the archive of a running system', { timeout: TIMEOUT }, () => {
  let system: Awaited<ReturnType<typeof given>>;
  beforeAll(async () => (system = await given()), TIMEOUT);
  afterAll(() => system.remove(), TIMEOUT);

  it('is made by the worker, and seen in metrics, in health and by the verbs', async () => {
    const { at, folder, tenant } = system;
    const server = folder.start('serve');
    const { check, gauge } = await watching(server);
    await until(gauge, (frames) => frames === 0);
    expect(await check()).toMatchObject({ status: 'healthy' });
    const { status, stderr } = await server.stop('SIGTERM');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });

    const [part, ...others] = await folder.list('archive', 'list');
    expect(others).toEqual([]);
    expect(part).toMatchObject({
      tenant_id: tenant.id,
      day: at.slice(0, 10),
      frames: 3,
      first_revision: 0,
      last_revision: 2,
      previous: null,
      damage: null,
    });
    const files = await readdir(join(folder.path, 'archive'), { recursive: true });
    expect(files).toContain(part?.['file']);
    expect(await folder.ask('archive', 'verify')).toEqual({ checked: 1, frames: 3, findings: 0 });
    expect((await folder.run('archive', 'list', '--tenant', tenant.id)).stdout).toContain(at.slice(0, 10));
    expect(await folder.list('archive', 'list', '--from', addSeconds(at, DAY_S))).toEqual([]);
  });

  it('gives the frames back, by file and by device', async () => {
    const { at, folder } = system;
    const [part] = await folder.list('archive', 'list');
    const file = String(part?.['file']);
    const byFile = await folder.list('archive', 'show', file);
    expect(byFile.map(({ revision }) => revision)).toEqual([0, 1, 2]);
    expect(byFile[0]).toMatchObject({ type: 'FrameReceived', data: { dev_eui: DEV_EUI } });
    expect(await folder.list('archive', 'show', file.split('/').at(-1) ?? '')).toEqual(byFile);
    expect(await folder.list('archive', 'show', '--device', DEV_EUI)).toEqual(byFile);
    const late = await folder.list(
      'archive',
      'show',
      '--device',
      DEV_EUI.toUpperCase(),
      '--from',
      addSeconds(at, 1),
    );
    expect(late).toEqual(byFile.slice(1));
    expect((await folder.run('archive', 'show')).status).toBe(2);
    expect((await folder.run('archive', 'show', '--device', 'x')).status).toBe(2);
    expect((await folder.run('archive', 'show', '../../etc/passwd')).status).toBe(1);
    expect((await folder.run('archive', 'show', `${file}x`)).stderr).toMatch(/not-archived/);
  });

  it('says what is wrong with a file, and ends with 1', async () => {
    const { at, folder } = system;
    const [part] = await folder.list('archive', 'list');
    const path = join(folder.path, 'archive', String(part?.['file']));
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(1));
    const { status, stdout } = await folder.run('archive', 'verify', '--json');
    const [finding, summary] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(status).toBe(1);
    expect(finding).toMatchObject({
      finding: 'file-damaged',
      day: at.slice(0, 10),
      tenant_id: system.tenant.id,
    });
    expect(summary).toEqual({ checked: 1, frames: 3, findings: 1 });
    await writeFile(path, bytes);
  });
});

describe('an archive in an object store', { timeout: TIMEOUT }, () => {
  it('is written when the store is there, and missed while it is not', async () => {
    const s3 = await startS3('frames');
    s3.failWith = 503;
    const keys = `${S3_KEYS.accessKeyId}:${encodeURIComponent(S3_KEYS.secretAccessKey)}`;
    const { folder, remove } = await given({
      ARCHIVE_URL: `s3://${keys}@frames/parking?endpoint=${s3.url}&region=eu-west-3`,
    });
    try {
      const server = folder.start('serve');
      const { check, gauge } = await watching(server);
      await until(gauge, (frames) => frames === 3);
      expect(await check()).toMatchObject({ status: 'healthy', frames_not_archived: 3, days: 1 });
      const { stderr, stdout } = await until(
        () => Promise.resolve(server),
        (one) => one.stdout.includes('frames could not be archived'),
      );
      expect(stdout + stderr).not.toContain(S3_KEYS.secretAccessKey);
      await server.stop('SIGTERM');
      expect(s3.objects.size).toBe(0);

      s3.failWith = null;
      const again = folder.start('serve');
      await until((await watching(again)).gauge, (frames) => frames === 0);
      await again.stop('SIGTERM');
      expect(s3.objects.size).toBe(2);
      expect(await folder.ask('archive', 'verify')).toEqual({ checked: 1, frames: 3, findings: 0 });
      expect(await folder.list('archive', 'show', '--device', DEV_EUI)).toHaveLength(3);
    } finally {
      await remove();
    }
  });
});
