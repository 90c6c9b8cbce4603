import { stat } from 'node:fs/promises';
import { EmbeddedPostgresError, errnoOf } from './errors.ts';
import { run, type ServerUser } from './run.ts';

const CANDIDATES = ['bayledger', 'postgres', 'nobody'];

/**
 * Under whom the server runs. Postgres refuses to run as root, so as root an unprivileged user is taken: the one who
 * owns existing data, or else the first that this machine has. Otherwise it runs as ourselves (`undefined`).
 */
export async function chooseServerUser(cluster: string): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await ownerOf(cluster);
  if (owner !== undefined && owner.uid !== 0) return { name: `uid ${owner.uid}`, ...owner };
  for (const name of CANDIDATES) {
    const [uid, gid] = await Promise.all([
      run('id', ['-u', name], undefined),
      run('id', ['-g', name], undefined),
    ]);
    if (uid.ok && gid.ok) return { name, uid: Number(uid.output), gid: Number(gid.output) };
  }
  throw new EmbeddedPostgresError(
    `Postgres does not run as root, and none of the users ${CANDIDATES.join(', ')} exists here. ` +
      'Add one (useradd --system bayledger), start as an ordinary user, or set DATABASE_URL.',
  );
}

/** Asked of the operating system, as that user, because access lists and mount options count as well as modes. */
export async function canEnter(directory: string, user: ServerUser | undefined): Promise<boolean> {
  if (user === undefined) return true;
  return (await run('/bin/sh', ['-c', 'test -x "$1"', 'sh', directory], user)).ok;
}

async function ownerOf(path: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
