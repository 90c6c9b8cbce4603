import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Instant } from '../../domain/time/instant.ts';
import { hasCode } from './durably.ts';
import { isOwnerAlive, type Owner, type ProcessNames, readOwner } from './owner.ts';
import { readSpoolFile, spoolFilesOf } from './spool-file.ts';

/** What waits in the folder of one process. */
export interface SpoolFolder {
  readonly name: string;
  /** Null: not readable. */
  readonly owner: Owner | null;
  /** A dead owner's frames are brought by the next process that takes frames. */
  readonly isOwnerAlive: boolean;
  readonly files: number;
  readonly frames: number;
  readonly bytes: number;
  /** Receipt of the oldest frame. */
  readonly oldest: Instant | null;
  /** Between good records, or behind the last one: put aside when the frames are brought. */
  readonly damagedBytes: number;
}

/** Changes nothing; frames of a living owner may come and go while it looks. */
export async function lookAtSpool(root: string, names: ProcessNames): Promise<readonly SpoolFolder[]> {
  const entries = await readdir(root).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  const folders: SpoolFolder[] = [];
  for (const name of entries.sort()) {
    const path = join(root, name);
    const found = await readOwner(path);
    if (found === null) continue;
    const looked = {
      name,
      owner: found.owner,
      isOwnerAlive: await isOwnerAlive(path, found, names),
      ...(await contentOf(path)),
    };
    folders.push(looked);
  }
  return folders;
}

async function contentOf(path: string) {
  let [files, frames, bytes, damagedBytes] = [0, 0, 0, 0];
  let oldest: Instant | null = null;
  for (const file of await spoolFilesOf(path)) {
    const content = await readSpoolFile(file).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return null;
      throw error;
    });
    if (content === null) continue;
    files += 1;
    frames += content.file.frames;
    bytes += content.file.bytes;
    damagedBytes += content.damagedBytes + (content.tornBytes?.length ?? 0);
    for (const at of content.file.oldest.values()) if (oldest === null || at < oldest) oldest = at;
  }
  return { files, frames, bytes, damagedBytes, oldest };
}
