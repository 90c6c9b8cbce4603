import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { archivedParts, type ArchiveRange } from '../../../application/archive/archive-list.ts';
import { ArchivedParts } from '../../../application/archive/archived-parts.ts';
import { frameDay } from '../../../application/archive/frame-day.ts';
import { archivedFramesOf } from '../../../application/archive/show-frames.ts';
import { verifyArchive } from '../../../application/archive/verify-archive.ts';
import { createHandlers } from '../../../application/commands/handlers.ts';
import { epochMs } from '../../../domain/time/instant.ts';
import { sendFrames } from '../../support/sent-frames.ts';
import { useStoreDatabase } from '../postgres-store/support.ts';
import { archivingFrames, frameTime, storedFrames } from './given-frames.ts';

describe('archived frames, looked at once more', () => {
  const database = useStoreDatabase();

  /** Two days of three frames each, archived. A process of its own looks at them, with nothing remembered. */
  const given = async () => {
    const scene = await archivingFrames(database(), [0, 1]);
    const { archive, archiver, clock, files, folder, store, tenantId } = scene;
    clock.set(frameTime(2), 90);
    await archiver().round();
    const parts = () => new ArchivedParts(createHandlers({ store, softwareVersion: 'test' }), archive);
    const range = { tenantId };
    return {
      ...scene,
      /** The path of the one file of a day whose name ends so. */
      path: async (day: number, ending: string): Promise<string> => {
        const { stream } = frameDay(tenantId, epochMs(frameTime(day)));
        const found = (await files()).filter((name) => name.includes(stream) && name.endsWith(ending));
        expect(found).toHaveLength(1);
        return join(folder, found[0] ?? '');
      },
      list: async (more: ArchiveRange = {}) => {
        const days = [];
        for await (const { damage, day, manifest } of archivedParts(store, parts(), { ...range, ...more }))
          days.push([day.from, manifest?.frames ?? damage]);
        return days;
      },
      findings: async (more: ArchiveRange = {}) => {
        const found = [];
        for await (const { findings } of verifyArchive(store, archive, parts(), { ...range, ...more }))
          for (const { code, part } of findings) found.push([code, part.day.from]);
        return found;
      },
      show: async (devEui: string, more: ArchiveRange = {}) => {
        const lines: { revision: number; data: { dev_eui: string } }[] = [];
        for await (const line of archivedFramesOf(store, archive, parts(), { ...range, ...more, devEui }))
          lines.push(JSON.parse(line) as (typeof lines)[number]);
        return lines;
      },
    };
  };
  const day = (n: number) => frameTime(n, 0);

  it('nothing is found in an archive that is as it was made', async () => {
    const { findings, list } = await given();
    expect(await findings()).toEqual([]);
    expect(await list()).toEqual([
      [day(0), 3],
      [day(1), 3],
    ]);
    expect(await list({ from: frameTime(1), to: frameTime(2) })).toEqual([[day(1), 3]]);
    expect(await list({ to: day(1) })).toEqual([[day(0), 3]]);
  });

  it.each<[string, string, (path: string) => Promise<unknown>]>([
    ['a changed byte', 'file-damaged', async (path) => writeFile(path, garbled(await readFile(path)))],
    ['a cut end', 'file-damaged', async (path) => writeFile(path, (await readFile(path)).subarray(0, -20))],
    ['an empty file', 'file-damaged', async (path) => writeFile(path, '')],
    ['a missing line', 'file-damaged', async (path) => rewritten(path, (lines) => lines.slice(1))],
    [
      'a changed word, with everything compressed anew',
      'file-damaged',
      async (path) =>
        rewritten(path, (lines) => lines.map((line) => line.replace('chirpstack', 'Chirpstack'))),
    ],
    [
      'the same lines compressed anew',
      'file-damaged',
      async (path) => writeFile(path, gzipSync(gunzipSync(await readFile(path)), { level: 1 })),
    ],
    ['a file that is gone', 'file-missing', async (path) => rm(path)],
  ])('finds %s', async (_, code, tamper) => {
    const { findings, path } = await given();
    await tamper(await path(0, '.gz'));
    expect(await findings()).toEqual([[code, day(0)]]);
    expect(await findings({ from: day(1) })).toEqual([]);
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['is gone', (path) => rm(path)],
    [
      'says something else',
      async (path) => writeFile(path, (await readFile(path, 'utf8')).replace('"frames":3', '"frames":2')),
    ],
  ])('finds a manifest that %s, and says so wherever it is asked for', async (_, tamper) => {
    const { findings, list, path, show } = await given();
    await tamper(await path(0, '.manifest.json'));
    expect(await findings()).toEqual([['manifest-damaged', day(0)]]);
    expect((await list())[1]).toEqual([day(1), 3]);
    await expect(show('00000000000000aa')).rejects.toMatchObject({ code: 'archive-damaged' });
  });

  it('finds a file that was put in the place of another, although it is sound', async () => {
    const { findings, path } = await given();
    await cp(await path(1, '.gz'), await path(0, '.gz'));
    expect(await findings()).toEqual([['file-damaged', day(0)]]);
  });

  it('finds a part that names another before it than the history does', async () => {
    const { archive, archiver, clock, events, findings, store, tenantId } = await given();
    // An archiver that was shown another chain, as a restored event store would show it.
    const [first] = await events();
    const { archive: handler } = createHandlers({ store, softwareVersion: 'test' });
    clock.set(frameTime(2));
    await sendFrames(store, tenantId, { at: frameTime(2) });
    clock.set(frameTime(3), 90);
    await archiver().round();
    expect(await findings()).toEqual([]);
    const { day: forged, manifest } = await lastPart(store, archive, tenantId);
    const text = JSON.stringify({ ...manifest, previous: first?.data['manifest_sha256'] });
    const name = (hash: string): string =>
      `${(manifest?.file ?? '').replace(/-\d+-\d+-[0-9a-f]{12}\.ndjson\.gz$/, '')}-${hash}.manifest.json`;
    const manifestSha256 = await archive.storeText(text, name);
    const { state } = await handler.load(tenantId, '202602');
    const command = {
      type: 'RecordFramesArchived' as const,
      from: forged.from,
      to: forged.to,
      manifestSha256,
      after: state.parts.at(-1)?.manifestSha256 ?? null,
      now: clock.now(),
    };
    const id = first?.id ?? '';
    const outcome = await handler.handle('202602', command, {
      tenantId,
      commandId: id,
      correlationId: id,
      actor: { type: 'system', id: 'archiver' },
      decidedAt: clock.now(),
    });
    expect(outcome.ok).toBe(true);
    expect(await findings()).toEqual([['chain-broken', frameTime(2, 0)]]);
  });

  it('shows the frames of a device as they were received, also when the store has let them go', async () => {
    const { archiver, clock, show, store, tenantId } = await given();
    const kept = (await storedFrames(store, tenantId, 0)).map(({ data }) => data);
    await sendFrames(store, tenantId, { at: frameTime(1, 14), devEui: '00000000000000bb', count: 2 });
    await archiver().round();
    clock.set(frameTime(2), 300);
    expect(await storedFrames(store, tenantId, 0)).toEqual([]);

    const all = await show('00000000000000aa');
    expect(all).toHaveLength(6);
    expect(all.slice(0, 3).map(({ data }) => data)).toEqual(kept);
    expect(await show('00000000000000bb')).toHaveLength(2);
    expect(await show('00000000000000aa', { from: day(1) })).toHaveLength(3);
    // The first of a day's three frames is of noon, the others are of the next two minutes.
    expect(await show('00000000000000aa', { to: frameTime(0) })).toEqual([]);
    expect(await show('00000000000000cc')).toEqual([]);
  });

  it('shows frames once that were archived twice', async () => {
    const { archiver, events, path, show, store, tenantId } = await given();
    const lost = await path(0, '.manifest.json');
    const text = await readFile(lost);
    await rm(lost);
    await sendFrames(store, tenantId, { at: frameTime(0, 14) });
    expect((await archiver().round()).archivedFrames).toBe(4);
    await writeFile(lost, text);
    expect(await events()).toHaveLength(3);
    expect(await show('00000000000000aa')).toHaveLength(7);
  });
});

async function lastPart(
  store: Parameters<typeof archivedParts>[0] & Parameters<typeof createHandlers>[0]['store'],
  archive: ConstructorParameters<typeof ArchivedParts>[1],
  tenantId: string,
) {
  const parts = new ArchivedParts(createHandlers({ store, softwareVersion: 'test' }), archive);
  const all = [];
  for await (const part of archivedParts(store, parts, { tenantId })) all.push(part);
  const last = all.at(-1);
  if (last === undefined) throw new Error('nothing is archived');
  return last;
}

function garbled(bytes: Buffer): Buffer {
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 0x55;
  return bytes;
}

async function rewritten(path: string, change: (lines: string[]) => string[]): Promise<void> {
  const lines = gunzipSync(await readFile(path))
    .toString('utf8')
    .split('\n');
  await writeFile(path, gzipSync(change(lines).join('\n')));
}
