import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError, errnoOf } from './errors.ts';
import { isThere, readIfThere, writeDurably } from './files.ts';
import type { Layout } from './layout.ts';
import type { ServerUser } from './run.ts';
import { canEnter } from './server-user.ts';

/** Kept by the system, unlike /var/tmp, which is swept of files that nobody touched for a month. */
const ELSEWHERE = ['/var/lib', '/var/tmp'];

/** Where the cluster is, or will be when nothing says otherwise. */
export async function clusterOf(layout: Layout): Promise<string> {
  return (await readIfThere(layout.pointer))?.trim() ?? layout.cluster;
}

/**
 * The folder for the cluster, such that `user` can get there. Below a folder that this user cannot pass through
 * (root's home) no rights of our own help, so the data go elsewhere and DATA_DIR keeps a pointer to them.
 */
export async function settleCluster(
  layout: Layout,
  user: ServerUser | undefined,
  log: (line: string) => void,
): Promise<string> {
  const cluster = await clusterOf(layout);
  if (await isThere(cluster)) {
    if (await canEnter(dirname(cluster), user)) return cluster;
    throw new EmbeddedPostgresError(
      `the user "${user?.name}", under whom Postgres runs, cannot get to its data in ${cluster}: ` +
        'let others pass through the folders above (chmod o+x), or move DATA_DIR.',
    );
  }
  if (cluster !== layout.cluster) {
    throw new EmbeddedPostgresError(
      `the data of the embedded Postgres were kept in ${cluster}, as ${layout.pointer} says, and are not there any more. ` +
        'Put them back, or remove that file to begin with an empty database.',
    );
  }
  if (await canEnter(layout.home, user)) return cluster;
  const moved = join(await makeElsewhere(layout, user, log), 'cluster');
  await writeDurably(layout.pointer, `${moved}\n`);
  log(
    `embedded Postgres: the user "${user?.name}" cannot pass through the folders above ${layout.home}; its data are in ${moved}`,
  );
  return moved;
}

async function makeElsewhere(
  layout: Layout,
  user: ServerUser | undefined,
  log: (line: string) => void,
): Promise<string> {
  const name = `bayledger-${createHash('sha256').update(layout.home).digest('hex').slice(0, 12)}`;
  const refusals: string[] = [];
  for (const parent of ELSEWHERE) {
    const base = join(parent, name);
    try {
      await setAside(base, log);
      await mkdir(base);
      await chmod(base, 0o711);
      await writeFile(join(base, 'belongs-to'), `${layout.home}\n`);
      if (await canEnter(base, user)) return base;
      refusals.push(`${base} cannot be entered either`);
    } catch (error) {
      refusals.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new EmbeddedPostgresError(
    `there is no place for the data of the embedded Postgres that its user "${user?.name}" can get to (${refusals.join('; ')}). ` +
      'Set DATA_DIR to a folder below /var/lib or /srv.',
  );
}

/** Data of a DATA_DIR that was deleted and made anew under the same name: kept, never taken over. */
async function setAside(base: string, log: (line: string) => void): Promise<void> {
  try {
    const found = await lstat(base);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) {
      throw new EmbeddedPostgresError(`${base} belongs to someone else`);
    }
    const aside = `${base}.left-${Date.now()}`;
    await rename(base, aside);
    log(`embedded Postgres: data of an earlier DATA_DIR of this name were set aside in ${aside}`);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}
