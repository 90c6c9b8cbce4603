import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMemoryStore } from '../../../adapters/memory-store/memory-store.ts';
import { openFrameArchive } from '../../../adapters/frame-archive/index.ts';
import { ArchivedParts } from '../../../application/archive/archived-parts.ts';
import { verifyArchive } from '../../../application/archive/verify-archive.ts';
import { createHandlers } from '../../../application/commands/handlers.ts';
import { archiving, frameTime, TestClock } from '../../support/frame-archiving.ts';
import { S3_KEYS, startS3 } from '../../support/s3-server.ts';
import { sendFrames } from '../../support/sent-frames.ts';

/** S3 as a protocol, over HTTP; the store behind the archiver is of no matter here. */
describe('an archive in an object store', () => {
  const given = async (keys: Record<keyof typeof S3_KEYS, string> = S3_KEYS) => {
    const server = await startS3('frames');
    const dataDir = await mkdtemp(join(tmpdir(), 'bayledger-s3-'));
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
    const archive = await openFrameArchive(
      {
        kind: 's3',
        bucket: 'frames',
        prefix: 'park ing/eu',
        endpoint: server.url,
        region: 'eu-central-1',
        credentials: keys,
      },
      dataDir,
    );
    const clock = new TestClock(frameTime(0));
    const store = openMemoryStore({ now: clock.ms });
    const { archiver, events, tenantId } = await archiving(store, clock);
    await sendFrames(store, tenantId, { at: frameTime(0), count: 30 });
    clock.set(frameTime(1), 90);
    const left = async (): Promise<string[]> => readdir(join(dataDir, 'archive', '.making'));
    return { archive, archiver: () => archiver({ archive }), events, left, server, store };
  };

  it('takes whole files under names of their own, and nothing stays on the local disk', async () => {
    const { archive, archiver, events, left, server, store } = await given();
    expect(await archiver().round()).toEqual({ archivedFrames: 30, failures: 0 });
    expect([...server.objects.keys()].sort()).toEqual([
      expect.stringMatching(
        /^frames\/park ing\/eu\/[0-9a-f]{32}\/2026\/01\/frames-[0-9a-f]{32}-20260130-0-29-[0-9a-f]{12}\.ndjson\.gz$/,
      ),
      expect.stringMatching(/^frames\/park ing\/eu\/.*-[0-9a-f]{64}\.manifest\.json$/),
    ]);
    expect(await events()).toHaveLength(1);
    expect(await left()).toEqual([]);

    const parts = new ArchivedParts(createHandlers({ store, softwareVersion: 'test' }), archive);
    const verified = [];
    for await (const one of verifyArchive(store, archive, parts)) verified.push(one);
    expect(verified).toMatchObject([{ part: { manifest: { frames: 30 } }, findings: [] }]);
    const file = verified[0]?.part.manifest?.file ?? '';
    const lines = [];
    for await (const line of archive.readLines(file)) lines.push(JSON.parse(line));
    expect(lines.map(({ revision }: { revision: number }) => revision)).toEqual(lines.map((_, n) => n));
  });

  it('sends nothing twice that is there already', async () => {
    const { archive, archiver, events, server } = await given();
    const killed = archiver();
    // As if the process had been killed between the file and the manifest.
    const storeText = archive.storeText.bind(archive);
    archive.storeText = () => Promise.reject(new Error('killed'));
    expect((await killed.round()).failures).toBe(1);
    archive.storeText = storeText;
    await archiver().round();
    expect(await events()).toHaveLength(1);
    expect(server.requests.filter((line) => line.startsWith('PUT') && line.includes('.gz'))).toHaveLength(1);
  });

  it('an upload that is cut leaves nothing behind and is repeated', async () => {
    const { archiver, events, server } = await given();
    server.cutUploads = 20;
    expect((await archiver().round()).failures).toBe(1);
    expect([server.objects.size, (await events()).length]).toEqual([0, 0]);
    server.cutUploads = 0;
    expect(await archiver().round()).toEqual({ archivedFrames: 30, failures: 0 });
  });

  it('an upload that arrives changed is not taken', async () => {
    const { archiver, events, server } = await given();
    server.garbleUploads = 1;
    expect((await archiver().round()).failures).toBe(1);
    expect([server.objects.size, (await events()).length]).toEqual([0, 0]);
    expect(await archiver().round()).toEqual({ archivedFrames: 30, failures: 0 });
  });

  it('needs no right to list the bucket, without which what is missing is answered 403', async () => {
    const { archiver, server } = await given();
    server.hidesMissing = true;
    expect(await archiver().round()).toEqual({ archivedFrames: 30, failures: 0 });
    expect(await archiver().round()).toEqual({ archivedFrames: 0, failures: 0 });
  });

  it('while it is away, frames count as not archived', async () => {
    const { archiver, events, server } = await given();
    const waiting = archiver();
    server.failWith = 503;
    expect((await waiting.round()).failures).toBe(1);
    expect(waiting.backlog).toMatchObject({ frames: 30, days: 1 });
    expect(await events()).toEqual([]);
    server.failWith = null;
    await waiting.round();
    expect(waiting.backlog).toMatchObject({ frames: 0 });
    // A new process that cannot ask does not take archived frames for granted.
    server.failWith = 503;
    const restarted = archiver();
    await restarted.round();
    expect(restarted.backlog).toMatchObject({ frames: 30 });
  });

  it('refuses a wrong key, and says so', async () => {
    const { archive, archiver } = await given({ ...S3_KEYS, secretAccessKey: 'another' });
    expect((await archiver().round()).failures).toBe(1);
    await expect(archive.readText('x')).rejects.toMatchObject({ Code: 'SignatureDoesNotMatch' });
  });

  it('answers null for what is not there', async () => {
    const { archive } = await given();
    expect(await archive.readText('nothing.manifest.json')).toBeNull();
    expect(await archive.check('nothing.ndjson.gz')).toBeNull();
    await expect(archive.readLines('nothing.ndjson.gz').next()).rejects.toMatchObject({
      code: 'not-archived',
    });
  });
});
