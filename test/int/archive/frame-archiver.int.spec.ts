import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { archiveCheck, watchArchiver } from '../../../adapters/cli/system/archiving.ts';
import { Metrics } from '../../../adapters/telemetry/index.ts';
import { frameDay } from '../../../application/archive/frame-day.ts';
import { frameLine } from '../../../application/archive/frame-line.ts';
import { createHandlers } from '../../../application/commands/handlers.ts';
import { type RecordedEvent } from '../../../application/ports/event-store/events.ts';
import { type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { type FrameArchive } from '../../../application/ports/frame-archive.ts';
import { canonicalJson } from '../../../domain/canonical/json.ts';
import { readManifest } from '../../../domain/archive/manifest.ts';
import { epochMs } from '../../../domain/time/instant.ts';
import { archivingFrames, DAY_S, frameTime, POLICY_S, storedFrames, withChanges } from './given-frames.ts';
import { sendFrames } from '../../support/sent-frames.ts';
import { useStoreDatabase } from '../postgres-store/support.ts';

function manifestOf(event: RecordedEvent | undefined): string {
  const hash = event?.data['manifest_sha256'];
  if (typeof hash !== 'string') throw new Error('no FramesArchived');
  return hash;
}

function streamOf(event: RecordedEvent | undefined): StreamName {
  const { data = {}, stream = '' } = event ?? {};
  return frameDay(stream.split('-')[1] ?? '', Date.parse(data['from'] as string)).stream;
}

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

describe('the frame archiver on the Postgres store', () => {
  const database = useStoreDatabase();

  const given = async (days: readonly number[], count?: number) => archivingFrames(database(), days, count);

  it('archives the days that are older than the policy, and no others', async () => {
    const { archive, archiver, clock, events, files, folder, store, tenantId } = await given([0, 1, 3]);
    // Day 1 has ended 90 days ago to the second; day 3 has not.
    clock.set(frameTime(2, 0), 90);
    expect(await archiver().round()).toEqual({ archivedFrames: 6, failures: 0 });

    const recorded = await events();
    expect(recorded.map(({ data, stream }) => [stream.split('-')[2], data['from'], data['to']])).toEqual([
      ['202601', '2026-01-30T00:00:00.000Z', '2026-01-31T00:00:00.000Z'],
      ['202601', '2026-01-31T00:00:00.000Z', '2026-02-01T00:00:00.000Z'],
    ]);
    expect(await files()).toHaveLength(4);

    let previous: unknown = null;
    for (const [day, event] of recorded.entries()) {
      const { stream } = frameDay(tenantId, epochMs(frameTime(day)));
      const path = `${tenantId.replaceAll('-', '')}/2026/01/${stream}`;
      const hash = manifestOf(event);
      const text = await readFile(join(folder, `${path}-${hash}.manifest.json`), 'utf8');
      expect(sha256(text)).toBe(hash);
      const manifest = readManifest(text);
      if (manifest === null) throw new Error(text);
      expect(manifest.previous).toBe(previous);
      expect(manifest).toMatchObject({ frames: 3, first_revision: 0, last_revision: 2, stream });
      previous = hash;

      const compressed = await readFile(join(folder, manifest.file));
      expect([sha256(compressed), compressed.length]).toEqual([
        manifest.compressed_sha256,
        manifest.compressed_bytes,
      ]);
      const plain = gunzipSync(compressed);
      expect([sha256(plain), plain.length]).toEqual([manifest.sha256, manifest.bytes]);
      const frames = await storedFrames(store, tenantId, day);
      expect(frames).toHaveLength(3);
      const lines = plain.toString('utf8').trimEnd().split('\n');
      expect(lines).toEqual(frames.map(frameLine));
      expect(JSON.parse(lines[1] ?? '')).toEqual({
        id: frames[1]?.id,
        type: 'FrameReceived',
        revision: 1,
        recorded_at: frames[1]?.recordedAt,
        data: frames[1]?.data,
        metadata: frames[1]?.metadata,
      });
      expect(lines[1]).toBe(canonicalJson(JSON.parse(lines[1] ?? '')));
      expect(await archive.check(manifest.file)).toEqual({
        sha256: manifest.sha256,
        bytes: manifest.bytes,
        compressedSha256: manifest.compressed_sha256,
        compressedBytes: manifest.compressed_bytes,
        lines: 3,
        damage: null,
      });
    }
  });

  it('adds nothing when it looks again, with its memory or without', async () => {
    const { archiver, clock, events, files } = await given([0, 1]);
    clock.set(frameTime(2), 90);
    const first = archiver();
    await first.round();
    const before = [await files(), (await events()).map(({ id }) => id)];
    expect(await first.round()).toEqual({ archivedFrames: 0, failures: 0 });
    expect(await archiver().round()).toEqual({ archivedFrames: 0, failures: 0 });
    expect([await files(), (await events()).map(({ id }) => id)]).toEqual(before);
  });

  it('links the first manifest of a month with the last one before it, also over months without frames', async () => {
    const { archive, archiver, clock, events } = await given([0, 1, 70]);
    clock.set(frameTime(2), 90);
    await archiver().round();
    clock.set(frameTime(71), 90);
    await archiver().round();
    const [, second, third] = await events();
    expect(third?.stream.split('-')[2]).toBe('202604');
    const hash = manifestOf(third);
    const path = `${third?.stream.split('-')[1]}/2026/04/frames-${third?.stream.split('-')[1]}-20260410`;
    const found = await archive.readText(`${path}-${hash}.manifest.json`);
    expect(readManifest(found?.text ?? '')?.previous).toBe(second?.data['manifest_sha256']);
  });

  describe('after a crash', () => {
    const crash = new Error('the process is killed here');

    it.each<[string, (archive: FrameArchive) => Partial<FrameArchive>]>([
      ['before the file is stored', () => ({ storeLines: () => Promise.reject(crash) })],
      [
        'when the file is stored',
        (archive) => ({
          storeLines: async (...args) => {
            await archive.storeLines(...args);
            throw crash;
          },
        }),
      ],
      [
        'when the manifest is stored',
        (archive) => ({
          storeText: async (...args) => {
            await archive.storeText(...args);
            throw crash;
          },
        }),
      ],
    ])('%s, goes on to the same names', async (_, broken) => {
      const { archive, archiver, clock, events, files } = await given([0]);
      clock.set(frameTime(1), 90);
      const failing = withChanges(archive, broken(archive));
      expect(await archiver({ archive: failing }).round()).toEqual({ archivedFrames: 0, failures: 1 });
      expect(await events()).toEqual([]);
      const left = await files();
      expect(await archiver().round()).toEqual({ archivedFrames: 3, failures: 0 });
      expect(await events()).toHaveLength(1);
      const now = await files();
      expect(now).toHaveLength(2);
      expect(now).toEqual(expect.arrayContaining(left));
    });
  });

  it('after a crash when the event is stored, finds it and adds nothing', async () => {
    const { archiver, clock, events, files, store } = await given([0]);
    clock.set(frameTime(1), 90);
    const { archive } = createHandlers({ store, softwareVersion: 'test' });
    const dying: typeof archive = Object.create(archive, {
      handle: {
        value: async (...args: Parameters<typeof archive.handle>) => {
          await archive.handle(...args);
          throw new Error('the process is killed here');
        },
      },
    }) as typeof archive;
    dying.load = (...args) => archive.load(...args);
    expect((await archiver({ handlers: { archive: dying } }).round()).failures).toBe(1);
    const left = await files();
    expect(await archiver().round()).toEqual({ archivedFrames: 0, failures: 0 });
    expect(await events()).toHaveLength(1);
    expect(await files()).toEqual(left);
  });

  it('archives each day once, however many archivers work at the same time', async () => {
    const { archiver, clock, events, files } = await given([0, 1, 2, 3]);
    clock.set(frameTime(4), 90);
    const rounds = await Promise.all([1, 2, 3].map(() => archiver().round()));
    expect(rounds.map(({ failures }) => failures)).toEqual([0, 0, 0]);
    const recorded = await events();
    expect(recorded.map(({ data }) => data['from'])).toEqual([0, 1, 2, 3].map((day) => frameTime(day, 0)));
    expect((await files()).filter((name) => name.endsWith('.gz'))).toHaveLength(4);
  });

  it('cuts a day into parts without a gap', async () => {
    const { archiver, clock, events, files } = await given([0], 7);
    clock.set(frameTime(1), 90);
    const limits = { maxFrames: 3, maxBytes: 1_000_000 };
    expect(await archiver({ limits }).round()).toEqual({ archivedFrames: 7, failures: 0 });
    expect(await events()).toHaveLength(3);
    const ranges = (await files())
      .filter((name) => name.endsWith('.gz'))
      .map((name) => name.split('-').slice(3, 5));
    expect(ranges).toEqual([
      ['0', '2'],
      ['3', '5'],
      ['6', '6'],
    ]);
  });

  it('archives what came into a day after it was archived, and only that', async () => {
    const { archiver, clock, events, files, store, tenantId } = await given([0]);
    clock.set(frameTime(1), 90);
    const one = archiver();
    await one.round();
    // A spool that lay on a disk for three months.
    await sendFrames(store, tenantId, { at: frameTime(0, 20), count: 2 });
    expect(await one.round()).toEqual({ archivedFrames: 2, failures: 0 });
    expect(await events()).toHaveLength(2);
    expect((await files()).filter((name) => name.includes('-3-4-'))).toHaveLength(1);
  });

  it('archives what came into a day that nobody looks at any more, within a day', async () => {
    const { archiver, clock, events, store, tenantId } = await given([0]);
    clock.set(frameTime(1), 90);
    const one = archiver();
    await one.round();
    clock.set(frameTime(0), 200);
    expect(await one.round()).toEqual({ archivedFrames: 0, failures: 0 });
    await sendFrames(store, tenantId, { at: frameTime(0, 20), count: 2 });
    clock.set(frameTime(0), 201);
    expect(await one.round()).toEqual({ archivedFrames: 2, failures: 0 });
    expect(await events()).toHaveLength(2);
  });

  it('archives a day once more when its manifest is gone, while the frames are there', async () => {
    const { archive, archiver, clock, events } = await given([0]);
    clock.set(frameTime(1), 90);
    await archiver().round();
    const failed: unknown[] = [];
    const lost = withChanges(archive, { readText: () => Promise.resolve(null) });
    const on = { failed: (_: string, error: unknown) => void failed.push(error) };
    expect(await archiver({ archive: lost, on }).round()).toEqual({ archivedFrames: 3, failures: 0 });
    expect(failed[0]).toMatchObject({ code: 'archive-damaged' });
    expect(await events()).toHaveLength(2);
  });

  it('archives the frames of a lost manifest once more, also where later parts of the day are there', async () => {
    const { archiver, clock, events, files, folder } = await given([0], 7);
    clock.set(frameTime(1), 90);
    const limits = { maxFrames: 3, maxBytes: 1_000_000 };
    await archiver({ limits }).round();
    const [first] = await events();
    const lost = (await files()).filter((name) => name.includes(manifestOf(first)));
    await rm(join(folder, lost[0] ?? ''));

    const mending = archiver();
    expect(await mending.isStillNeeded(streamOf(first), 6)).toBe(true);
    expect(await mending.round()).toEqual({ archivedFrames: 7, failures: 0 });
    expect(await mending.isStillNeeded(streamOf(first), 6)).toBe(false);
    expect(await archiver().round()).toEqual({ archivedFrames: 0, failures: 0 });
    expect(await events()).toHaveLength(4);
  });

  describe('the backlog', () => {
    it('counts frames that are due and not archived, and alarms a week before they would be lost', async () => {
      const { archive, archiver, clock } = await given([0, 1]);
      const down = withChanges(archive, {
        storeLines: () => Promise.reject(new Error('the target is away')),
      });
      const prolonged: number[] = [];
      const on = { prolonged: (_: string, keptS: number) => void prolonged.push(keptS) };
      const waiting = archiver({ archive: down, on });
      const metrics = new Metrics('test', 'test');
      watchArchiver(waiting, metrics);
      const seen = async () => [
        await metrics.registry.getSingleMetricAsString('parking_frames_not_archived'),
        await archiveCheck(waiting).run(),
      ];
      expect(waiting.backlog).toBeNull();
      expect(await seen()).toEqual([expect.stringMatching(/ nan$/i), { status: 'healthy' }]);
      clock.set(frameTime(0), 30);
      await waiting.round();
      expect(waiting.backlog).toEqual({ frames: 0, days: 0, oldest: null, isAlarming: false });
      expect(await seen()).toEqual([expect.stringMatching(/ 0$/), { status: 'healthy' }]);
      clock.set(frameTime(2), 90);
      expect((await waiting.round()).failures).toBe(2);
      const oldest = frameTime(0, 0);
      expect(waiting.backlog).toEqual({ frames: 6, days: 2, oldest, isAlarming: false });
      const said = { frames_not_archived: 6, days: 2, oldest };
      expect(await seen()).toEqual([expect.stringMatching(/ 6$/), { status: 'healthy', ...said }]);
      // 104 days are kept; 97 have passed since the first minute of the first day.
      clock.set(frameTime(0, 0), 97);
      await waiting.round();
      expect(waiting.backlog).toMatchObject({ frames: 6, isAlarming: true });
      expect((await seen())[1]).toEqual({ status: 'degraded', ...said });
      expect(prolonged).toEqual([150 * DAY_S]);
      clock.set(frameTime(1, 0), 97);
      await waiting.round();

      // Long after the time at which they would have been lost.
      clock.set(frameTime(0), 125);
      const working = archiver();
      expect(await working.round()).toEqual({ archivedFrames: 6, failures: 0 });
      expect(working.backlog).toMatchObject({ frames: 0, isAlarming: false });
    });
  });

  it('stays with what it could not archive, however long the target is away', async () => {
    const { archive, archiver, clock, store, tenantId } = await given([0]);
    let isAway = true;
    const target = withChanges(archive, {
      storeLines: (...args) =>
        isAway ? Promise.reject(new Error('the target is away')) : archive.storeLines(...args),
    });
    const one = archiver({ archive: target });
    for (const days of [91, 98, 110, 140, 200]) {
      clock.set(frameTime(0), days);
      await one.round();
      expect([days, one.backlog?.frames]).toEqual([days, 3]);
    }
    // An intake that knows of no delay brings a late frame, and with it the retention of every day's stream.
    await sendFrames(store, tenantId, { at: frameTime(0, 20) });
    clock.set(frameTime(0), 201);
    await one.round();
    expect(one.backlog).toMatchObject({ frames: 4, isAlarming: true });
    isAway = false;
    expect(await one.round()).toEqual({ archivedFrames: 4, failures: 0 });
    expect(one.backlog).toMatchObject({ frames: 0, isAlarming: false });
  });

  it('keeps frames for the policy and 14 days when nobody says otherwise', () => {
    expect(POLICY_S).toBe(7_776_000);
  });
});
