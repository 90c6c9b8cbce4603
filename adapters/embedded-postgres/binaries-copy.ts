import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, readFile, rename, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError, errnoOf } from './errors.ts';

export function cacheDirectories(version: string): string[] {
  const name = `bayledger-postgres-${version}-${process.getuid?.() ?? 'user'}`;
  return [...new Set([tmpdir(), '/tmp', '/var/tmp'])].map((directory) => join(directory, name));
}

/**
 * Makes `to` a complete copy of the package's `native` folder. Files that are there already in the right size are
 * left alone, so this also mends a copy that a temporary-file cleaner has thinned out, under a running server too.
 */
export async function copyNative(from: string, to: string): Promise<void> {
  await ownDirectory(to);
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const source = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, source));
    if (entry.isDirectory()) await openDirectory(target);
  }
  for (const entry of entries) {
    const source = join(entry.parentPath, entry.name);
    if (entry.isFile()) await copyOne(source, join(to, relative(from, source)));
  }
  await linkLibraries(from, to);
}

/** The mode is set apart from the making, because the caller's umask would narrow it. */
async function openDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}

async function copyOne(source: string, target: string): Promise<void> {
  if ((await sizeOf(target)) === (await sizeOf(source))) return;
  const draft = `${target}.${process.pid}`;
  await copyFile(source, draft, constants.COPYFILE_FICLONE);
  await chmod(draft, basename(dirname(target)) === 'bin' ? 0o755 : 0o644);
  await rename(draft, target);
}

/** The package lists its links in a file, because npm packages cannot hold any. */
async function linkLibraries(from: string, to: string): Promise<void> {
  const list = join(from, 'pg-symlinks.json');
  if ((await sizeOf(list)) === undefined) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(to, relative('native', target));
    await symlink(relative(dirname(target), source), path).catch((error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw error;
    });
  }
}

/** The name can be guessed and the folder is everyone's: programs are run only from a folder that is really ours. */
async function ownDirectory(path: string): Promise<void> {
  await mkdir(path, { mode: 0o755 }).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error;
  });
  const found = await lstat(path);
  const ours = process.getuid === undefined || found.uid === process.getuid();
  if (!found.isDirectory() || !ours || (found.mode & 0o022) !== 0) {
    throw new EmbeddedPostgresError(`${path} belongs to someone else or is writable by others`);
  }
  if (process.platform !== 'win32') await chmod(path, 0o755);
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
