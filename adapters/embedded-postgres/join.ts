import { bringUp, type RunningServer } from './bring-up.ts';
import { type Layout, prepareLayout } from './layout.ts';
import { withLock } from './lock.ts';
import { enrol, livingMembers, type Membership } from './members.ts';
import { isRunning, stopPostmaster } from './postmaster.ts';
import type { ServerSettings } from './server-settings.ts';
import { type Supervisor, supervise } from './supervisor.ts';

export interface EmbeddedPostgres {
  /** `postgres://…` of the database `bayledger`. It stays the same for the life of this object, restarts included. */
  readonly url: string;
  /** The server ran already when we came. */
  readonly adopted: boolean;
  /** Where its data are. */
  readonly cluster: string;
  /** Gives up this use. The last one to leave stops the server and returns when it has ended. */
  leave(): Promise<void>;
}

export interface JoinOptions {
  readonly dataDir: string;
  readonly log: (line: string) => void;
  /** For tests: settings of the server beside or instead of the usual ones. */
  readonly settings?: ServerSettings;
  /** How often to see whether the server still lives. */
  readonly checkEveryMs?: number;
}

/**
 * Joins the users of the embedded Postgres of `dataDir`: the first one makes and starts it, later ones (of this or
 * of other processes) adopt it. Installs no signal hooks: whoever calls decides when to leave.
 */
export async function joinEmbeddedPostgres(options: JoinOptions): Promise<EmbeddedPostgres> {
  const { log, settings = {}, checkEveryMs = 500 } = options;
  const layout = await prepareLayout(options.dataDir);
  const { server, membership } = await withLock(layout.lock, async () => {
    const server = await bringUp({ layout, settings, log });
    return { server, membership: await enrol(layout.members) };
  });
  const supervisor = supervise({ layout, settings, log, server, membership, checkEveryMs });
  let leaving: Promise<void> | undefined;
  return {
    url: server.url,
    adopted: server.adopted,
    cluster: server.cluster,
    leave: () => (leaving ??= leave(layout, supervisor, membership)),
  };
}

async function leave(layout: Layout, supervisor: Supervisor, membership: Membership): Promise<void> {
  const server: RunningServer = await supervisor.end();
  await withLock(layout.lock, async () => {
    await membership.end();
    const { here, foreign } = await livingMembers(layout.members);
    if (here + foreign === 0 && isRunning(server.postmaster))
      await stopPostmaster(server.postmaster, server.cluster);
  });
}
