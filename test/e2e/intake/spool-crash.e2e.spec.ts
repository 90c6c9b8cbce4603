import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinEmbeddedPostgres } from '../../../adapters/embedded-postgres/index.ts';
import { addressOf, ApiClient, newSpace, newTenant } from '../cli/api-client.ts';
import { type DataFolder, dataFolder, type Program } from '../cli/program.ts';
import { FrameLoad } from './frame-load.ts';
import { signalPostgres } from './store-processes.ts';

/** Programs that are killed and come back take their time, more so on a busy machine. */
const TIMEOUT = 240_000;
const DEV_EUIS = ['70b3d5e75e00000a', '70b3d5e75e00000b', '70b3d5e75e00000c'];

/** Parts of one story, in this order: the load goes on through all of them. */
describe('store and process are killed under load, repeatedly', { timeout: TIMEOUT }, () => {
  let folder: DataFolder;
  let server: Program;
  let tenant: { id: string; key: string };
  let api: ApiClient;
  let load: FrameLoad;
  const spaces: string[] = [];
  const log = (): string => server.stdout.slice(-10_000);

  beforeAll(async () => {
    folder = await dataFolder();
    server = folder.start('serve');
    tenant = await newTenant(folder);
    api = new ApiClient(await addressOf(server), tenant.key);
    for (const [index, devEui] of DEV_EUIS.entries()) spaces.push(await newSpace(api, `A-0${index}`, devEui));
    load = new FrameLoad(api, DEV_EUIS);
    await load.grows(20, 60_000, log);
  }, TIMEOUT);
  afterAll(async () => {
    await load.end();
    await folder.remove();
  }, TIMEOUT);

  const spooled = async (): Promise<number> => {
    const health = await fetch(`${api.url}/health`, { signal: AbortSignal.timeout(30_000) });
    const { checks } = (await health.json()) as {
      checks: Record<string, { frames?: number; status: string }>;
    };
    return checks['spool']?.frames ?? -1;
  };
  const drained = () => expect.poll(spooled, { timeout: 120_000, interval: 200 }).toBe(0);

  it.each(['once', 'and again'])(
    'frames are answered while the store is frozen; when it has been killed, it comes back and gets them (%s)',
    async () => {
      await signalPostgres(folder, 'SIGSTOP');
      await load.grows(60, 60_000, log);
      expect(await spooled()).toBeGreaterThan(20);
      await signalPostgres(folder, 'SIGKILL');
      await drained();
      await load.grows(20, 60_000, log);
      expect(server.hasEnded).toBe(false);
    },
  );

  it('frames survive the death of the process that spooled them; the next one brings them', async () => {
    await signalPostgres(folder, 'SIGSTOP');
    await load.grows(60, 60_000, log);
    const before = await spooled();
    await server.stop('SIGKILL');
    await signalPostgres(folder, 'SIGKILL');
    const [left] = await readdir(join(folder.path, 'spool'));
    expect(before).toBeGreaterThan(20);
    server = folder.start('serve');
    api.url = await addressOf(server);
    await drained();
    await load.grows(20, 60_000, log);
    await expect.poll(() => readdir(join(folder.path, 'spool')), { timeout: 60_000 }).not.toContain(left);
  });

  it('afterwards every frame that was answered is in the store, and had its effect exactly once', async () => {
    await load.end();
    await drained();
    // A process that was not there broke the connection, and one on a busy machine kept us waiting: nobody said no.
    expect([...load.refusals.keys()].filter((how) => !['TypeError', 'TimeoutError'].includes(how))).toEqual(
      [],
    );
    const stored = await storedFrames();
    expect(load.answered.length).toBeGreaterThan(250);
    expect(load.answered.filter((frame) => !stored.has(frame))).toEqual([]);
    const copies = [...stored.values()].reduce((sum, times) => sum + times - 1, 0);
    console.log(`${load.answered.length} frames answered, ${copies} second copies of evidence,`, [
      ...load.refusals,
    ]);
    // The last frames may still be on their way through the sensor process when the spool is empty.
    const unhandled = async () => {
      const handled = await readings();
      return load.answered.filter((frame) => !handled.has(frame));
    };
    await expect.poll(unhandled, { timeout: 60_000, interval: 1_000 }).toEqual([]);
    const outcomes = await readings();
    const causes: string[] = [];
    for (const spaceId of spaces) causes.push(...(await causesOfChanges(spaceId)));
    // No frame changed a space twice, each change came from a frame, and each frame that was applied made one.
    expect(new Set(causes).size).toBe(causes.length);
    expect(causes.filter((frame) => !outcomes.has(frame))).toEqual([]);
    const applied = [...outcomes].filter(([, outcome]) => outcome === 'applied').map(([frame]) => frame);
    expect(applied.filter((frame) => !causes.includes(frame))).toEqual([]);
    expect(causes.length).toBeGreaterThan(60);
  });

  async function storedFrames(): Promise<ReadonlyMap<string, number>> {
    const stored = new Map<string, number>();
    const prefix = `frames-${tenant.id.replaceAll('-', '')}`;
    for (const { stream } of await folder.list('stream', 'list', '--prefix', prefix)) {
      for (const { data } of await folder.list('stream', 'show', String(stream))) {
        const frame = String((data as Record<string, unknown>)['frame_id']);
        stored.set(frame, (stored.get(frame) ?? 0) + 1);
      }
    }
    return stored;
  }

  /** What became of each frame, by the sensor process: it has one row for every frame, however many copies there are. */
  async function readings(): Promise<ReadonlyMap<string, string>> {
    const database = await joinEmbeddedPostgres({ dataDir: folder.path, log: () => undefined });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      const { rows } = await client.query<{ frame_id: string; outcome: string }>(
        'SELECT frame_id, outcome FROM sensing.sensor_readings',
      );
      return new Map(rows.map((row) => [row.frame_id, row.outcome]));
    } finally {
      await client.end();
      await database.leave();
    }
  }

  /** The frames that the changes of a space's occupancy came from, in order; no value follows itself. */
  async function causesOfChanges(spaceId: string): Promise<readonly string[]> {
    const stream = `space-${tenant.id.replaceAll('-', '')}-${spaceId.replaceAll('-', '')}`;
    const events = await folder.list('stream', 'show', stream);
    const changes = events.filter(({ type }) => type === 'OccupancyChanged');
    const values = changes.map(({ data }) => (data as Record<string, unknown>)['value']);
    expect(values.filter((value, index) => value === values[index - 1])).toEqual([]);
    return changes.map(({ metadata }) => String((metadata as Record<string, unknown>)['$correlationId']));
  }
});
