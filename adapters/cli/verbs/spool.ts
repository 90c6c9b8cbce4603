import { readSettings } from '../../config/index.ts';
import { lookAtSpool, type SpoolFolder } from '../../spool/look-at-spool.ts';
import { Metrics } from '../../telemetry/index.ts';
import { processNames } from '../system/process-names.ts';
import { openSpooledIntake, spoolFolder } from '../system/spooled-intake.ts';
import { type Verb } from '../verb.ts';
import { version } from '../version.ts';
import { withResources } from '../with-resources.ts';

const COLUMNS = ['folder', 'owner', 'frames', 'bytes', 'oldest', 'damaged_bytes'] as const;

/** Exit code 1 when frames wait that nobody brings. */
export const spoolList: Verb = async ({ env, output }) => {
  const settings = readSettings(env);
  const folders = await lookAtSpool(spoolFolder(settings.dataDir), processNames());
  await output.list(folders.map(row), COLUMNS, 'nothing is spooled');
  return folders.some(({ frames, isOwnerAlive }) => frames > 0 && !isOwnerAlive) ? 1 : 0;
};

/** Brings what dead processes left into the store, as the next `serve` would; what a living one holds it brings itself. */
export const spoolDrain: Verb = (invocation) =>
  withResources(async ({ output }, resources) => {
    const stop = new AbortController();
    const ingest = await openSpooledIntake(resources, new Metrics(version(), 'unknown'), stop.signal);
    const found = ingest.spool.status().frames;
    await ingest.close();
    const left = ingest.spool.status().frames;
    await output.result(
      { drained: found - left, left },
      left === 0
        ? `${found} frames are in the store`
        : `${found - left} frames are in the store, ${left} still wait`,
    );
    return left === 0 ? 0 : 1;
  })(invocation);

function row(folder: SpoolFolder) {
  const { bytes, damagedBytes, files, frames, name, oldest, owner } = folder;
  return {
    folder: name,
    owner: folder.isOwnerAlive ? `alive (${owner?.pid ?? '?'} on ${owner?.host ?? '?'})` : 'dead',
    is_owner_alive: folder.isOwnerAlive,
    files,
    frames,
    bytes,
    oldest,
    damaged_bytes: damagedBytes,
  };
}
