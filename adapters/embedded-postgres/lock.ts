import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './errors.ts';
import {
  lifeOf,
  newPresence,
  place,
  type Presence,
  readPresence,
  removeQuietly,
  SIGN_OF_LIFE_EVERY_MS,
  signOfLife,
} from './presence.ts';

/** Long enough for a server that replays its log after a crash while others wait for it. */
const WAIT_MS = 180_000;

/** Runs `act` while no other process (and no other call of this one) holds the lock file at `path`. */
export async function withLock<T>(path: string, act: () => Promise<T>, waitMs = WAIT_MS): Promise<T> {
  const self = newPresence();
  await acquire(path, self, Date.now() + waitMs);
  const beat = setInterval(() => void signOfLife(path).catch(() => undefined), SIGN_OF_LIFE_EVERY_MS);
  try {
    return await act();
  } finally {
    clearInterval(beat);
    if ((await readPresence(path))?.nonce === self.nonce) await removeQuietly(path);
  }
}

async function acquire(path: string, self: Presence, deadline: number): Promise<void> {
  for (let attempt = 0; !(await place(path, self)); attempt++) {
    await breakIfAbandoned(path, self);
    if (Date.now() > deadline) throw new EmbeddedPostgresError(await stillHeld(path));
    await sleep(Math.min(10 + attempt * 5, 100) * (0.5 + Math.random()));
  }
}

/**
 * Removes a lock whose holder is dead. "See that it is dead, then unlink" would race: another process may break it
 * and take the lock in between, and its live lock would be unlinked. So the right to remove the lock with one nonce
 * is itself a lock, named by that nonce, and whoever holds it looks again before unlinking.
 */
async function breakIfAbandoned(path: string, self: Presence): Promise<void> {
  const holder = await readPresence(path);
  if (holder === undefined || (await lifeOf(path, holder)) !== 'gone') return;
  const right = `${path}.break-${holder.nonce.slice(0, 8)}`;
  if (!(await place(right, self))) return breakIfAbandoned(right, self);
  try {
    if ((await readPresence(path))?.nonce === holder.nonce) await removeQuietly(path);
  } finally {
    await removeQuietly(right);
  }
}

async function stillHeld(path: string): Promise<string> {
  const holder = await readPresence(path);
  const who = holder === undefined ? 'another process' : `process ${holder.pid}`;
  return `${who} has been starting or stopping the embedded Postgres for minutes and still holds ${path}`;
}
