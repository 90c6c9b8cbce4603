import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeKey } from './parsers.ts';
import { Secret } from './secret.ts';

/**
 * The key of this name in DATA_DIR/keys, generated at the first call. What it protects is lost with it, so it is on
 * the disk before anyone uses it; and it appears whole, so that of two processes both use the one that came first.
 */
export async function loadOrCreateKey(dataDir: string, name: string): Promise<Secret<Buffer>> {
  const directory = join(dataDir, 'keys');
  const path = join(directory, `${name}.key`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (!(await isThere(path))) await create(directory, path);
  await chmod(path, 0o600);
  const key = decodeKey((await readFile(path, 'utf8')).trim());
  if (key === undefined) throw new Error(`${path} does not hold a key of 32 bytes: restore it from a backup`);
  return new Secret(key);
}

async function create(directory: string, path: string): Promise<void> {
  const draft = join(directory, `draft-${randomUUID()}`);
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(32).toString('base64')}\n`);
    await file.sync();
    await link(draft, path);
    await syncDirectory(directory);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await file.close();
    await unlink(draft);
  }
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows can neither open nor sync a folder, and does not need it.
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  await handle.sync().finally(() => handle.close());
}

async function isThere(path: string): Promise<boolean> {
  try {
    await readFile(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
