import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bringUp } from '../../../adapters/embedded-postgres/bring-up.ts';
import { prepareLayout } from '../../../adapters/embedded-postgres/layout.ts';
import { withLock } from '../../../adapters/embedded-postgres/lock.ts';
import { livingMembers } from '../../../adapters/embedded-postgres/members.ts';
import { newPresence, place, type Presence } from '../../../adapters/embedded-postgres/presence.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bl-lock-'));
});
afterEach(() => rm(directory, { recursive: true }));

const dead = (): Presence => ({ ...newPresence(), started: 'long ago' });
const elsewhere = (): Presence => ({ ...newPresence(), realm: 'another container' });

it('lets in one at a time, whatever dead locks it finds', async () => {
  const path = join(directory, 'lock');
  let inside = 0;
  let most = 0;
  const enter = () =>
    withLock(path, async () => {
      most = Math.max(most, ++inside);
      await sleep(Math.random() * 3);
      inside--;
      // Sometimes the next finds a lock of a process that died in it, and sometimes one that died breaking another.
      const corpse = dead();
      if (Math.random() < 0.5) await place(`${path}.break-${corpse.nonce.slice(0, 8)}`, dead());
      await rm(path);
      await place(path, corpse);
    });
  await Promise.all(Array.from({ length: 40 }, enter));
  expect(most).toBe(1);
});

it('leaves nothing behind', async () => {
  await place(join(directory, 'lock'), dead());
  expect(await withLock(join(directory, 'lock'), () => Promise.resolve('done'))).toBe('done');
  expect(await readdir(directory)).toEqual([]);
});

it('is released when the work fails', async () => {
  const path = join(directory, 'lock');
  await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(path, () => Promise.resolve(1))).toBe(1);
});

it('gives up with the name of the holder, and takes no lock of the living', async () => {
  const path = join(directory, 'lock');
  await place(path, newPresence());
  await expect(withLock(path, () => Promise.resolve(), 200)).rejects.toThrow(`process ${process.pid}`);
});

it('believes another container as long as it gives signs of life', async () => {
  const path = join(directory, 'lock');
  await place(path, elsewhere());
  await expect(withLock(path, () => Promise.resolve(), 200)).rejects.toThrow(/still holds/);
  await utimes(path, new Date(0), new Date(0));
  expect(await withLock(path, () => Promise.resolve(1), 200)).toBe(1);
});

it('counts the living and clears away the dead', async () => {
  await place(join(directory, 'a'), dead());
  await place(join(directory, 'b'), newPresence());
  await place(join(directory, 'c'), elsewhere());
  await writeFile(join(directory, 'd.draft'), '');
  expect(await livingMembers(directory)).toEqual({ here: 1, foreign: 1, gone: 1 });
  expect((await readdir(directory)).sort()).toEqual(['b', 'c', 'd.draft']);
});

it('starts no second server over data that another container uses', async () => {
  const layout = await prepareLayout(directory);
  await livingMembers(layout.members);
  const path = join(layout.members, 'other');
  await place(path, elsewhere());
  const beat = setInterval(() => void utimes(path, new Date(), new Date()), 50);
  try {
    const attempt = bringUp({ layout, settings: {}, log: () => undefined, silentAfterMs: 500 });
    await expect(attempt).rejects.toThrow(/in use from another container.*set DATABASE_URL/);
  } finally {
    clearInterval(beat);
  }
});
