import { realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './errors.ts';
import { layoutOf } from './layout.ts';
import { withLock } from './lock.ts';
import { livingMembers } from './members.ts';
import { isThere } from './files.ts';
import { clusterOf } from './place.ts';
import { findPostmaster, stopPostmaster } from './postmaster.ts';

/**
 * Deletes the embedded Postgres of `dataDir` with all its data (for a demo that begins anew, and after tests).
 * A server that nobody uses any more is stopped first; while a process uses it, this refuses.
 */
export async function discardEmbeddedPostgres(dataDir: string): Promise<void> {
  if (!(await isThere(join(dataDir, 'postgres')))) return;
  const layout = layoutOf(await realpath(dataDir));
  await withLock(layout.lock, async () => {
    const { here, foreign } = await livingMembers(layout.members);
    if (here + foreign > 0) {
      throw new EmbeddedPostgresError(
        `${layout.home} is in use by ${here + foreign} process(es): stop them first`,
      );
    }
    const cluster = await clusterOf(layout);
    const postmaster = await findPostmaster(cluster);
    if (postmaster !== undefined) await stopPostmaster(postmaster, cluster);
    const away = cluster !== layout.cluster;
    await rm(away ? dirname(cluster) : cluster, { recursive: true, force: true });
    for (const path of [layout.pointer, layout.password, layout.port]) await rm(path, { force: true });
  });
  await rm(layout.home, { recursive: true, force: true });
}
