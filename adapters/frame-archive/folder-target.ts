import { constants } from 'node:fs';
import { copyFile, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type FileTarget } from './file-target.ts';

/** An archive in a folder. A file is seen under its name only when it is whole and on disk. */
export class FolderTarget implements FileTarget {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(name: string, from: string): Promise<void> {
    const path = join(this.#folder, name);
    await mkdir(dirname(path), { recursive: true });
    await move(from, path);
    await syncFolders(this.#folder, dirname(path));
  }

  async get(name: string): Promise<AsyncIterable<Uint8Array> | null> {
    const file = await open(join(this.#folder, name), constants.O_RDONLY).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    });
    return file === null ? null : (file.createReadStream() as AsyncIterable<Uint8Array>);
  }
}

/** A rename, also where the archive is mounted from elsewhere: then a copy beside the place comes first. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    const beside = `${to}.part`;
    await copyFile(from, beside);
    await sync(beside);
    await rename(beside, to);
    await unlink(from);
  }
}

/** A rename is durable when its folder is, and a new folder when the one above it is. */
async function syncFolders(root: string, folder: string): Promise<void> {
  for (let at = folder; at.length >= root.length; at = dirname(at)) {
    await sync(at);
    if (at === dirname(at)) return;
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, constants.O_RDONLY);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? Reflect.get(error, 'code') : undefined;
}
