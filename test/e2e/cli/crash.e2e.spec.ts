import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, ApiClient, newSpace, newTenant, uplink } from './api-client.ts';
import { type DataFolder, dataFolder } from './program.ts';

const TIMEOUT = 180_000;

/** What was answered as done: it must be there afterwards, once. */
interface Acknowledged {
  readonly frames: string[];
  readonly overrides: string[];
}

describe('a crash under load', { timeout: TIMEOUT }, () => {
  let folder: DataFolder;
  beforeAll(async () => (folder = await dataFolder()));
  afterAll(() => folder.remove(), TIMEOUT);

  it('loses nothing that was acknowledged and doubles nothing: the database, then the program', async () => {
    let server = folder.start('serve');
    const tenant = await newTenant(folder);
    const api = new ApiClient(await addressOf(server), tenant.key);
    const spaceId = await newSpace(api);
    const acknowledged: Acknowledged = { frames: [], overrides: [] };
    const load = new AbortController();
    const lanes = [1, 2, 3, 4].map((lane) => overrides(api, spaceId, lane, acknowledged, load.signal));
    const loading = [frames(api, acknowledged, load.signal), ...lanes];

    await sleep(1_500);
    await killPostgres(folder);
    // It comes back by itself, and so does everything that needs it.
    await grows(acknowledged.frames, 40_000, () => server.stdout);
    expect(server.hasEnded).toBe(false);

    await server.stop('SIGKILL');
    server = folder.start('serve');
    api.url = await addressOf(server);
    await grows(acknowledged.frames, 40_000, () => server.stdout);
    load.abort();
    await Promise.all(loading);

    const ready = await fetch(`${api.url}/health/ready`);
    expect(ready.status).toBe(200);
    await everyFrameIsThere(folder, tenant.id, acknowledged);
    await everyOverrideIsThereOnce(folder, spaceId, acknowledged);
    expect((await server.stop()).status).toBe(0);
  });
});

/** Sends one frame after the other; one that was not answered is sent again, as ChirpStack would not, but others do. */
async function frames(api: ApiClient, { frames }: Acknowledged, signal: AbortSignal): Promise<void> {
  for (let fCnt = 1; !signal.aborted; fCnt += 1) {
    const reply = await api.send('POST', '/uplink?event=up', uplink(fCnt, fCnt % 2 === 0)).catch(() => null);
    if (reply?.status === 200) frames.push(String(reply.body['frame_id']));
    else await sleep(100);
  }
}

/**
 * Each with a key of its own: what was not answered is asked again until it is. A request whose process died may be
 * asked again after a minute only, so several lanes go side by side.
 */
async function overrides(
  api: ApiClient,
  spaceId: string,
  lane: number,
  { overrides }: Acknowledged,
  signal: AbortSignal,
): Promise<void> {
  for (let number = 1; !signal.aborted; number += 1) {
    const ends = new Date(Date.now() + 3_600_000).toISOString();
    const body = { kind: 'BLOCKED', reason: 'test', ends_at: ends };
    for (let answered = false; !answered && !signal.aborted;) {
      const reply = await api
        .send('POST', `/spaces/${spaceId}/overrides`, body, { 'idempotency-key': `crash-${lane}-${number}` })
        .catch(() => null);
      answered = reply?.status === 201;
      if (answered) overrides.push(String(reply?.body['id']));
      else await sleep(200);
    }
    await sleep(30);
  }
}

async function grows(list: readonly string[], withinMs: number, log: () => string): Promise<void> {
  const before = list.length;
  const deadline = performance.now() + withinMs;
  while (list.length < before + 20) {
    if (performance.now() > deadline)
      throw new Error(`still ${list.length} after ${withinMs} ms:\n${log().slice(-20_000)}`);
    await sleep(100);
  }
}

/** `kill -9` of the postmaster, and of nothing else. */
async function killPostgres(folder: DataFolder): Promise<void> {
  const home = join(folder.path, 'postgres');
  const moved = await readFile(join(home, 'location'), 'utf8').catch(() => '');
  const cluster = moved.trim() === '' ? join(home, 'cluster') : moved.trim();
  const [pid] = (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n');
  await promisify(execFile)('kill', ['-9', String(Number(pid))]);
}

async function everyFrameIsThere(
  folder: DataFolder,
  tenantId: string,
  { frames }: Acknowledged,
): Promise<void> {
  const stored = new Set<unknown>();
  for (const { stream } of await folder.list(
    'stream',
    'list',
    '--prefix',
    `frames-${tenantId.replaceAll('-', '')}`,
  )) {
    for (const { data } of await folder.list('stream', 'show', String(stream)))
      stored.add((data as Record<string, unknown>)['frame_id']);
  }
  expect(frames.length).toBeGreaterThan(40);
  expect(frames.filter((frame) => !stored.has(frame))).toEqual([]);
}

async function everyOverrideIsThereOnce(
  folder: DataFolder,
  spaceId: string,
  { overrides }: Acknowledged,
): Promise<void> {
  const id = spaceId.replaceAll('-', '');
  const streams = await folder.list('stream', 'list', '--prefix', 'space');
  const stream = streams.map((one) => String(one['stream'])).find((name) => name.endsWith(id)) ?? '';
  const events = await folder.list('stream', 'show', stream);
  expect(events.map(({ revision }) => revision)).toEqual(events.map((_, index) => index));
  expect(new Set(events.map((event) => event['event_id'])).size).toBe(events.length);
  const applied = events
    .filter(({ type }) => type === 'OverrideApplied')
    .map(({ data }) => String((data as Record<string, unknown>)['override_id']));
  expect(new Set(applied).size).toBe(applied.length);
  expect(overrides.length).toBeGreaterThan(5);
  expect(overrides.filter((override) => !applied.includes(override))).toEqual([]);
  // The same value twice in a row would be a change that was none.
  const values = events
    .filter(({ type }) => type === 'OccupancyChanged')
    .map(({ data }) => (data as Record<string, unknown>)['value']);
  expect(values.filter((value, index) => value === values[index - 1])).toEqual([]);
}
