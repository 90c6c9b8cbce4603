import { appendFile, open, readFile, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeRecord } from '../../../adapters/spool/record.ts';
import { type OpenFile } from '../../../adapters/spool/spool-writer.ts';
import { SpoolFullError } from '../../../application/ports/frame-spool.ts';
import { append, drained, SpoolRoom } from './given-spool.ts';

let room: SpoolRoom;
beforeEach(async () => (room = await SpoolRoom.create()));
afterEach(() => room.remove());

const numbered = (count: number) => Array.from({ length: count }, (_, index) => append(`frame ${index}`));

describe('the spool', () => {
  it('gives back in order what was put into it, over several files, and deletes what was taken off', async () => {
    const spool = await room.open('a', { fileBytes: 2_000 });
    const appends = numbered(40);
    for (const one of appends) await spool.put(one);
    expect((await room.files(spool.name)).length).toBeGreaterThan(3);
    expect(spool.status()).toMatchObject({ frames: 40, isFull: false, oldest: '2026-03-01T12:00:00.000Z' });
    expect(await spool.first()).toEqual(appends[0]);
    expect(await spool.first()).toEqual(appends[0]);
    expect(await drained(spool)).toEqual(appends);
    expect(spool.status()).toMatchObject({ frames: 0, bytes: 0, oldest: null });
    expect(await room.files(spool.name)).toEqual(['owner-1']);
  });

  it('answers when it is flushed and not earlier; what comes meanwhile shares the next flush', async () => {
    const disk = slowDisk();
    const spool = await room.open('a', { openFile: disk.openFile });
    let answered = 0;
    const first = spool.put(append('first')).then(() => (answered += 1));
    await expect.poll(() => disk.flushes.length).toBe(1);
    const others = numbered(200).map((one) => spool.put(one).then(() => (answered += 1)));
    expect(answered).toBe(0);
    disk.letAllThrough();
    await Promise.all([first, ...others]);
    expect(disk.flushes.length).toBe(2);
    expect(await drained(spool)).toHaveLength(201);
  });

  it('survives kill -9: the next process brings everything that was answered, and so does a third', async () => {
    const first = await room.open('a');
    const appends = numbered(3);
    for (const one of appends) await first.put(one);
    room.dies('a');
    const second = await room.open('b');
    expect(second.status().frames).toBe(3);
    expect([...second.covered]).toEqual([first.name]);
    await second.first();
    await second.takeOff();
    room.dies('b');
    const third = await room.open('c');
    // The drain's progress is not written down: a second copy is harmless.
    expect(await drained(third)).toEqual(appends);
    await third.tend();
    expect((await room.files('.')).sort()).toEqual(
      [second.name, third.name].sort().filter((name) => name === third.name),
    );
  });

  it('knows the oldest frame of each tenant', async () => {
    const other = '22222222-2222-5222-8222-222222222222';
    const spool = await room.open('a');
    await spool.put(append('1', '2026-03-01T12:00:05.000Z'));
    await spool.put(append('2', '2026-03-01T12:00:03.000Z'));
    await spool.put(append('3', '2026-03-01T12:00:04.000Z', other));
    expect([...spool.oldestByTenant()]).toEqual([
      ['11111111111151118111111111111111', '2026-03-01T12:00:03.000Z'],
      ['22222222222252228222222222222222', '2026-03-01T12:00:04.000Z'],
    ]);
    await drained(spool);
    expect([...spool.oldestByTenant()]).toEqual([]);
  });

  it('keeps what waits when it is closed, and leaves nothing behind when nothing waits', async () => {
    const spool = await room.open('a');
    await spool.put(append('waits'));
    await spool.close();
    room.dies('a');
    const next = await room.open('b');
    expect(await drained(next)).toMatchObject([{ events: [{ data: { payload: 'waits' } }] }]);
    await next.close();
    expect(await room.files('.')).toEqual([]);
  });
});

describe('a spool that was harmed', () => {
  async function killed(count: number): Promise<{ path: string; folder: string }> {
    const spool = await room.open('a');
    for (const one of numbered(count)) await spool.put(one);
    room.dies('a');
    return { path: join(room.root, spool.name, '00000001.spool'), folder: spool.name };
  }
  const payloads = (appends: Awaited<ReturnType<typeof drained>>) =>
    appends.map(({ events }) => events[0]?.data['payload']);

  it('is cut at the last good record when the last one is torn; the rest is kept apart', async () => {
    const { folder, path } = await killed(3);
    await truncate(path, (await stat(path)).size - 10);
    const spool = await room.open('b');
    expect(payloads(await drained(spool))).toEqual(['frame 0', 'frame 1']);
    expect(room.damages).toMatchObject([{ kind: 'torn', file: path }]);
    expect(await room.files('aside')).toEqual([`${folder}.00000001.spool.torn`]);
  });

  it('gives all that is whole when a record in the middle is damaged; the file is kept apart', async () => {
    const { folder, path } = await killed(3);
    const content = await readFile(path);
    const middle = Math.floor(content.length / 2);
    content.writeUInt8(content.readUInt8(middle) ^ 1, middle);
    await writeFile(path, content);
    const spool = await room.open('b');
    expect(payloads(await drained(spool))).toEqual(['frame 0', 'frame 2']);
    expect(room.damages).toMatchObject([{ kind: 'damaged', file: path, bytes: content.length / 3 }]);
    expect(await room.files('aside')).toEqual([`${folder}.00000001.spool`]);
    expect(await readFile(join(room.root, 'aside', `${folder}.00000001.spool`))).toEqual(content);
  });

  it('puts records apart that it did not write, and those that no store takes', async () => {
    const { path } = await killed(2);
    await appendFile(path, encodeRecord(Buffer.from('{"stream":"nonsense"}')));
    const spool = await room.open('b');
    await spool.first();
    await spool.setAside(new Error('refused'));
    expect(payloads(await drained(spool))).toEqual(['frame 1']);
    expect(room.damages.map(({ kind }) => kind)).toEqual(['refused', 'unreadable']);
    const aside = await readFile(join(room.root, 'aside', 'refused.spool'), 'utf8');
    expect(aside).toMatch(/frame 0.*nonsense/s);
  });

  it('goes on when somebody has deleted a file', async () => {
    const spool = await room.open('a', { fileBytes: 200 });
    for (const one of numbered(3)) await spool.put(one);
    await unlink(join(room.root, spool.name, '00000002.spool'));
    expect(payloads(await drained(spool))).toEqual(['frame 0', 'frame 2']);
  });
});

describe('processes that share a folder', () => {
  it('leave each other’s frames alone while they live', async () => {
    const [one, two] = [await room.open('a'), await room.open('b')];
    await one.put(append('of one'));
    await two.put(append('of two'));
    await Promise.all([one.tend(), two.tend()]);
    expect(await drained(two)).toMatchObject([{ events: [{ data: { payload: 'of two' } }] }]);
    expect(one.status().frames).toBe(1);
  });

  it('adopt what a dead one left once, however many try', async () => {
    const dead = await room.open('dead');
    for (const one of numbered(5)) await dead.put(one);
    const living = await Promise.all(['a', 'b', 'c'].map((name) => room.open(name)));
    room.dies('dead');
    await Promise.all(living.map((spool) => spool.tend()));
    expect(living.map((spool) => spool.status().frames).sort()).toEqual([0, 0, 5]);
  });

  it('a process that was only taken for dead answers nothing from a folder that is another’s, and goes on', async () => {
    const frozen = await room.open('frozen');
    const before = frozen.name;
    await frozen.put(append('before'));
    room.dies('frozen');
    const heir = await room.open('heir');
    await expect(frozen.put(append('after'))).rejects.toThrow(/taken over/);
    expect(room.takenOver).toEqual([before]);
    await frozen.put(append('in a new folder'));
    expect(frozen.name).not.toBe(before);
    expect((await drained(heir))[0]).toMatchObject({ events: [{ data: { payload: 'before' } }] });
  });

  it('share the bound', async () => {
    const one = await room.open('a', { maxBytes: 3_000, fileBytes: 10_000 });
    const two = await room.open('b', { maxBytes: 3_000, fileBytes: 10_000 });
    await one.put(append('x'.repeat(2_000)));
    await two.tend();
    await expect(two.put(append('y'.repeat(2_000)))).rejects.toThrow(SpoolFullError);
    await drained(one);
    await two.tend();
    await two.put(append('y'.repeat(2_000)));
  });
});

describe('a spool without room', () => {
  it('refuses what does not fit, keeps what it has, and takes again when something was drained', async () => {
    const spool = await room.open('a', { maxBytes: 2_000 });
    const fitting = append('x'.repeat(1_200));
    await spool.put(fitting);
    await expect(spool.put(append('y'.repeat(1_200)))).rejects.toThrow(SpoolFullError);
    expect(spool.status()).toMatchObject({ frames: 1, isFull: true });
    expect(await drained(spool)).toEqual([fitting]);
    expect(spool.status().isFull).toBe(false);
    await spool.put(append('y'.repeat(1_200)));
  });

  it('on a full disk answers that it is full, loses nothing, and goes on when there is room again', async () => {
    const disk = slowDisk();
    disk.letAllThrough();
    const spool = await room.open('a', { openFile: disk.openFile });
    const kept = [append('before'), append('after')] as const;
    await spool.put(kept[0]);
    disk.room = 40;
    await expect(spool.put(append('too much'))).rejects.toThrow(SpoolFullError);
    expect(spool.status()).toMatchObject({ frames: 1, isFull: true });
    disk.room = Number.MAX_SAFE_INTEGER;
    await spool.put(kept[1]);
    expect(spool.status()).toMatchObject({ frames: 2, isFull: false });
    room.dies('a');
    const next = await room.open('b');
    expect(await drained(next)).toEqual(kept);
    expect(room.damages).toEqual([]);
  });

  it('never flushes a file again whose flush has failed', async () => {
    const disk = slowDisk();
    disk.letAllThrough();
    const spool = await room.open('a', { openFile: disk.openFile });
    await spool.put(append('before'));
    disk.flushFailure = Object.assign(new Error('EIO'), { code: 'EIO' });
    await expect(spool.put(append('lost'))).rejects.toThrow('EIO');
    disk.flushFailure = null;
    await spool.put(append('after'));
    expect(disk.flushes.map((path) => path.slice(-14))).toEqual([
      '00000001.spool',
      '00000001.spool',
      '00000002.spool',
    ]);
  });
});

/** The real disk, on which flushes can be held up and room runs out. */
function slowDisk() {
  let open_: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open_ = resolve));
  const disk = {
    flushes: [] as string[],
    room: Number.MAX_SAFE_INTEGER,
    flushFailure: null as Error | null,
    letAllThrough: () => open_(),
    openFile: (async (path) => {
      const file = await open(path, 'wx');
      return {
        write: async (buffer: Buffer, offset: number, length: number, position: number) => {
          if (disk.room === 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
          // As disks do: what still fits is written, the rest is refused at the next call.
          const fits = Math.min(length, disk.room);
          disk.room -= fits;
          return file.write(buffer, offset, fits, position);
        },
        datasync: async () => {
          disk.flushes.push(path);
          await gate;
          if (disk.flushFailure !== null) throw disk.flushFailure;
          await file.datasync();
        },
        truncate: (length: number) => file.truncate(length),
        close: () => file.close(),
      } as Awaited<ReturnType<OpenFile>>;
    }) as OpenFile,
  };
  return disk;
}
