import { randomUUID } from 'node:crypto';
import { link, readFile, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { errnoOf } from './errors.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts';

/** A file that says "this process is here". The nonce tells two presences of the same process apart. */
export interface Presence extends ProcessIdentity {
  readonly nonce: string;
}

/** A presence from another container or an earlier boot counts for so long after its last sign of life. */
export const SIGN_OF_LIFE_EVERY_MS = 3_000;
export const SILENT_AFTER_MS = 12_000;

export function newPresence(): Presence {
  return { ...ownIdentity(), nonce: randomUUID() };
}

/**
 * Puts the file in place with its content in one step (a hard link), so that nobody ever reads a half-written one.
 * False when there is a file already.
 */
export async function place(path: string, presence: Presence): Promise<boolean> {
  const draft = `${path}.${presence.nonce}.draft`;
  await writeFile(draft, JSON.stringify(presence), { mode: 0o644 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

export async function readPresence(path: string): Promise<Presence | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Presence;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export async function signOfLife(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now);
}

/** `foreign`: of another container (or boot), and heard of lately. */
export async function lifeOf(
  path: string,
  presence: ProcessIdentity,
  silentAfterMs = SILENT_AFTER_MS,
): Promise<'here' | 'foreign' | 'gone'> {
  const alive = isAlive(presence);
  if (alive !== undefined) return alive ? 'here' : 'gone';
  try {
    return Date.now() - (await stat(path)).mtimeMs < silentAfterMs ? 'foreign' : 'gone';
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'gone';
    throw error;
  }
}

export async function removeQuietly(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}
