import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries } from './binaries.ts';
import { ensureCluster, passwordOf } from './cluster.ts';
import { checkServer, urlOf } from './connect.ts';
import { EmbeddedPostgresError } from './errors.ts';
import type { Layout } from './layout.ts';
import { livingMembers } from './members.ts';
import { clusterOf, settleCluster } from './place.ts';
import { choosePort, isFree } from './port.ts';
import { disarmStalePidFile, findPostmaster, type Postmaster, startPostmaster } from './postmaster.ts';
import { SILENT_AFTER_MS } from './presence.ts';
import { chooseServerUser } from './server-user.ts';
import { SERVER_SETTINGS, type ServerSettings } from './server-settings.ts';
import { socketFolderOf } from './socket.ts';

export interface BringUp {
  readonly layout: Layout;
  readonly settings: ServerSettings;
  readonly log: (line: string) => void;
  /** Set on a restart: pools of this process know this port and can follow to no other. */
  readonly onlyPort?: number;
  /** How long to wait for members of another container to fall silent. */
  readonly silentAfterMs?: number;
}

export interface RunningServer {
  readonly postmaster: Postmaster;
  readonly cluster: string;
  readonly url: string;
  readonly adopted: boolean;
}

/** Finds the living server or starts one. To be called under the lock, so that two processes never start two. */
export async function bringUp(options: BringUp): Promise<RunningServer> {
  return (await adopt(options)) ?? (await start(options));
}

/** A server that lives is used as it is, whoever started it and whether that process still lives or not. */
async function adopt({ layout, log }: BringUp): Promise<RunningServer | undefined> {
  const cluster = await clusterOf(layout);
  for (let round = 0; ; round++) {
    const postmaster = await findPostmaster(cluster);
    if (postmaster === undefined) return undefined;
    if (postmaster.ready) {
      const password = await passwordOf(layout, cluster);
      await checkServer(postmaster, password, cluster);
      return { postmaster, cluster, url: await urlOf(postmaster, password), adopted: true };
    }
    // Left behind in the middle of starting or stopping: it becomes ready or goes away.
    if (round % 100 === 0)
      log(`embedded Postgres: waiting for process ${postmaster.pid}, which starts or stops`);
    await sleep(50);
  }
}

async function start(options: BringUp): Promise<RunningServer> {
  const { layout, log } = options;
  await refuseOtherContainers(options);
  const user = await chooseServerUser(await clusterOf(layout));
  const binaries = await findBinaries(user, log);
  const cluster = await settleCluster(layout, user, log);
  const password = await passwordOf(layout, cluster);
  await ensureCluster(cluster, password, { binaries, user });
  const postmaster = await startPatiently(
    options,
    (port) =>
      startPostmaster({
        binaries,
        user,
        cluster,
        port,
        logFile: layout.logFile,
        settings: {
          ...SERVER_SETTINGS,
          unix_socket_directories: socketFolderOf(cluster),
          ...options.settings,
        },
        log,
      }),
    cluster,
  );
  await checkServer(postmaster, password, cluster);
  return { postmaster, cluster, url: await urlOf(postmaster, password), adopted: false };
}

const PATIENCE_MS = 20_000;

/**
 * Right after the server was killed its workers still live for a moment, and Postgres rightly does not start beside
 * them; and a port that was free when looked at may be taken when the server comes to it. Both are tried again.
 */
async function startPatiently(
  { layout, log, onlyPort }: BringUp,
  startOn: (port: number) => Promise<Postmaster>,
  cluster: string,
): Promise<Postmaster> {
  let said = false;
  for (const until = Date.now() + PATIENCE_MS; ; await sleep(200)) {
    await disarmStalePidFile(cluster);
    const port = onlyPort ?? (await choosePort(layout.port, log));
    try {
      return await startOn(port);
    } catch (error) {
      const passing = /pre-existing shared memory|Address already in use|could not bind/i;
      const again = error instanceof EmbeddedPostgresError && passing.test(error.message);
      if (!again || Date.now() > until) throw error;
      if (!said && onlyPort !== undefined && !(await isFree(onlyPort))) {
        log(`embedded Postgres: waiting for port ${onlyPort}, which another program took`);
        said = true;
      }
    }
  }
}

/**
 * Members in another container share the folder but neither process numbers nor shared memory with us: nothing would
 * keep two servers from writing the same files. After a hard restart of a container they are only the past.
 */
async function refuseOtherContainers(options: BringUp): Promise<void> {
  const { layout, log, silentAfterMs = SILENT_AFTER_MS } = options;
  let said = false;
  for (const until = Date.now() + silentAfterMs + 2_000; ; await sleep(250)) {
    const { foreign } = await livingMembers(layout.members, silentAfterMs);
    if (foreign === 0) return;
    if (Date.now() > until) {
      throw new EmbeddedPostgresError(
        `${layout.home} is in use from another container or machine. An embedded Postgres serves one: set DATABASE_URL.`,
      );
    }
    if (!said) log('embedded Postgres: another container used its data a moment ago; is it gone?');
    said = true;
  }
}
