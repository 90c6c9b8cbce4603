import { randomBytes, randomUUID } from 'node:crypto';
import { access, link, readdir, readFile, rename, rmdir, stat, unlink, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { hasCode, makeFolder, syncFolder, writeNew } from './durably.ts';

/** How processes are told apart, given by the composition root. */
export interface ProcessNames {
  /** The name of this process: no other one, before or after, has it. */
  readonly own: string;
  /** Null: it cannot be told from here (another container, or an earlier boot). */
  isAlive(name: string): boolean | null;
}

const ownerSchema = z.object({ process: z.string(), pid: z.number(), host: z.string(), since: z.string() });
export type Owner = z.infer<typeof ownerSchema>;

/** Of a process that cannot be looked at from here: so long after its last sign of life it counts as dead. */
const SILENT_MS = 30_000;
const OWNER = /^owner-(\d{1,9})$/;

/** One process' right to a folder of the spool; the highest number has it. */
export class OwnedFolder {
  readonly name: string;
  readonly path: string;
  readonly #number: number;

  private constructor(root: string, name: string, number: number) {
    this.name = name;
    this.path = join(root, name);
    this.#number = number;
  }

  /** A new, empty folder; it appears with its owner in it. */
  static async create(root: string, names: ProcessNames): Promise<OwnedFolder> {
    const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const name = `${stamp}-${process.pid}-${randomBytes(4).toString('hex')}`;
    const draft = join(root, `draft-${name}`);
    await makeFolder(draft);
    await writeNew(join(draft, 'owner-1'), describe(names));
    await syncFolder(draft);
    await rename(draft, join(root, name));
    await syncFolder(root);
    return new OwnedFolder(root, name, 1);
  }

  /** Null: its owner lives, another process was quicker, or it is no folder of a process. */
  static async adopt(root: string, name: string, names: ProcessNames): Promise<OwnedFolder | null> {
    const path = join(root, name);
    const found = await readOwner(path);
    if (found === null || (await isOwnerAlive(path, found, names))) return null;
    const draft = join(path, `draft-${randomUUID()}`);
    try {
      await writeNew(draft, describe(names));
      await link(draft, join(path, `owner-${found.number + 1}`));
      await syncFolder(path);
      return new OwnedFolder(root, name, found.number + 1);
    } catch (error) {
      // EEXIST: somebody else adopts it. ENOENT: somebody else has, and has emptied it.
      if (hasCode(error, 'EEXIST', 'ENOENT')) return null;
      throw error;
    } finally {
      await unlink(draft).catch(() => undefined);
    }
  }

  /** Nobody has taken it over, which happens to a process that was taken for dead. */
  async isOurs(): Promise<boolean> {
    try {
      await access(join(this.path, `owner-${this.#number + 1}`));
      return false;
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
    return true;
  }

  async signOfLife(): Promise<void> {
    const now = new Date();
    await utimes(join(this.path, `owner-${this.#number}`), now, now);
  }

  /** Once nothing waits in it. Stays where something does. */
  async remove(): Promise<void> {
    const files = await readdir(this.path);
    if (files.some((file) => !OWNER.test(file) && !file.startsWith('draft-'))) return;
    for (const file of files) await unlink(join(this.path, file));
    await rmdir(this.path);
  }
}

export interface FoundOwner {
  readonly number: number;
  /** Null: not readable. */
  readonly owner: Owner | null;
}

/** Null for a folder without one. */
export async function readOwner(path: string): Promise<FoundOwner | null> {
  const files = await readdir(path).catch(() => []);
  const numbers = files.flatMap((file) => {
    const [, number] = OWNER.exec(file) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
  if (numbers.length === 0) return null;
  const number = Math.max(...numbers);
  try {
    const text = await readFile(join(path, `owner-${number}`), 'utf8');
    return { number, owner: ownerSchema.parse(JSON.parse(text)) };
  } catch {
    return { number, owner: null };
  }
}

export async function isOwnerAlive(
  path: string,
  { number, owner }: FoundOwner,
  names: ProcessNames,
): Promise<boolean> {
  const alive = owner === null ? null : names.isAlive(owner.process);
  if (alive !== null) return alive;
  try {
    return Date.now() - (await stat(join(path, `owner-${number}`))).mtimeMs < SILENT_MS;
  } catch {
    return false;
  }
}

function describe(names: ProcessNames): string {
  const owner: Owner = {
    process: names.own,
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
  };
  return `${JSON.stringify(owner)}\n`;
}
