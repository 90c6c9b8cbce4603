import { access, chmod, constants, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError, errnoOf } from './errors.ts';

/** Where things are under DATA_DIR. Only `cluster` may be elsewhere: see place.ts. */
export interface Layout {
  readonly home: string;
  readonly lock: string;
  readonly members: string;
  readonly password: string;
  readonly port: string;
  /** Holds the path of the cluster when it could not be put under `home`. */
  readonly pointer: string;
  readonly cluster: string;
  readonly logFile: string;
}

export async function prepareLayout(dataDir: string): Promise<Layout> {
  try {
    await mkdir(join(dataDir, 'postgres'), { recursive: true });
    await mkdir(join(dataDir, 'log'), { recursive: true });
    const layout = layoutOf(await realpath(dataDir));
    await access(layout.home, constants.R_OK | constants.W_OK | constants.X_OK);
    // The server's user must be able to pass through, not to look around.
    if (process.getuid?.() === 0) await chmod(layout.home, 0o711);
    return layout;
  } catch (error) {
    if (errnoOf(error) !== 'EACCES') throw error;
    throw new EmbeddedPostgresError(
      `${dataDir} belongs to another user of this machine: start as that user, or choose another DATA_DIR.`,
      { cause: error },
    );
  }
}

export function layoutOf(dataDir: string): Layout {
  const home = join(dataDir, 'postgres');
  return {
    home,
    lock: join(home, 'lock'),
    members: join(home, 'members'),
    password: join(home, 'password'),
    port: join(home, 'port'),
    pointer: join(home, 'location'),
    cluster: join(home, 'cluster'),
    logFile: join(dataDir, 'log', 'postgres.log'),
  };
}
