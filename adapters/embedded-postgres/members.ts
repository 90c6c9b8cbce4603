import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lifeOf, newPresence, place, readPresence, removeQuietly, signOfLife } from './presence.ts';

/** One use of the server by one process. */
export interface Membership {
  /** To be called every few seconds: other containers cannot see our process, only this. */
  signOfLife(): Promise<void>;
  end(): Promise<void>;
}

export async function enrol(directory: string): Promise<Membership> {
  const self = newPresence();
  const path = join(directory, `${self.pid}-${self.started}-${self.nonce.slice(0, 8)}`);
  await mkdir(directory, { recursive: true });
  await place(path, self);
  return { signOfLife: () => signOfLife(path), end: () => removeQuietly(path) };
}

export interface LivingMembers {
  readonly here: number;
  /** Of another container or machine, and heard of lately. */
  readonly foreign: number;
}

/** Counts who is alive and removes the files of the dead. To be called under the lock. */
export async function livingMembers(directory: string, silentAfterMs?: number): Promise<LivingMembers> {
  const count = { here: 0, foreign: 0, gone: 0 };
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const presence = name.endsWith('.draft') ? undefined : await readPresence(path);
    if (presence === undefined) continue;
    const life = await lifeOf(path, presence, silentAfterMs);
    count[life]++;
    if (life === 'gone') await removeQuietly(path);
  }
  return count;
}
