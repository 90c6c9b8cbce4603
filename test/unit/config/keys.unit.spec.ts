import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadOrCreateKey } from '../../../adapters/config/index.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bl-keys-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

it('generates a key once, for its owner only', async () => {
  const first = (await loadOrCreateKey(dataDir, 'master')).reveal();
  expect(first).toHaveLength(32);
  expect((await loadOrCreateKey(dataDir, 'master')).reveal()).toEqual(first);
  expect((await loadOrCreateKey(dataDir, 'seal')).reveal()).not.toEqual(first);
  expect((await stat(join(dataDir, 'keys/master.key'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(dataDir, 'keys'))).mode & 0o777).toBe(0o700);
});

it('gives all who come at once the same key, and leaves no drafts', async () => {
  const keys = await Promise.all(Array.from({ length: 20 }, () => loadOrCreateKey(dataDir, 'master')));
  expect(new Set(keys.map((key) => key.reveal().toString('hex'))).size).toBe(1);
  expect(await readdir(join(dataDir, 'keys'))).toEqual(['master.key']);
});

it('closes a key file that a backup brought back open', async () => {
  await loadOrCreateKey(dataDir, 'master');
  await chmod(join(dataDir, 'keys/master.key'), 0o644);
  await loadOrCreateKey(dataDir, 'master');
  expect((await stat(join(dataDir, 'keys/master.key'))).mode & 0o777).toBe(0o600);
});

it('never replaces a damaged key: what it protects may still be saved', async () => {
  await mkdir(join(dataDir, 'keys'));
  await writeFile(join(dataDir, 'keys/master.key'), 'half a k');
  await expect(loadOrCreateKey(dataDir, 'master')).rejects.toThrow(/does not hold a key of 32 bytes/);
  expect(await readFile(join(dataDir, 'keys/master.key'), 'utf8')).toBe('half a k');
});

it('does not show the key when it is logged', async () => {
  expect(JSON.stringify({ key: await loadOrCreateKey(dataDir, 'master') })).toBe('{"key":"[secret]"}');
});
