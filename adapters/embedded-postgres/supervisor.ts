import { bringUp, type BringUp, type RunningServer } from './bring-up.ts';
import { withLock } from './lock.ts';
import type { Membership } from './members.ts';
import { isRunning } from './postmaster.ts';
import { SIGN_OF_LIFE_EVERY_MS } from './presence.ts';

export interface Supervised extends BringUp {
  readonly server: RunningServer;
  readonly membership: Membership;
  readonly checkEveryMs: number;
}

export interface Supervisor {
  /** Stops looking, waits for a restart in progress, and tells which server it was last. */
  end(): Promise<RunningServer>;
}

/**
 * Sees that the server lives, and brings it up again on the same port when it was killed, so that pools reconnect.
 * Every member looks; under the lock the first starts it and the others find it running.
 */
export function supervise(options: Supervised): Supervisor {
  let server = options.server;
  let lastSign = Date.now();
  let working: Promise<void> | undefined;
  let failures = 0;
  let notBefore = 0;

  const look = async (): Promise<void> => {
    if (Date.now() - lastSign >= SIGN_OF_LIFE_EVERY_MS) {
      lastSign = Date.now();
      await options.membership.signOfLife();
    }
    if (isRunning(server.postmaster) || Date.now() < notBefore) return;
    if (failures === 0) options.log('embedded Postgres: the server ended unexpectedly; bringing it up again');
    const { port } = server.postmaster;
    server = await withLock(options.layout.lock, () => bringUp({ ...options, onlyPort: port }));
    failures = 0;
    options.log(`embedded Postgres: running again (process ${server.postmaster.pid})`);
  };

  const lookSafely = async (): Promise<void> => {
    try {
      await look();
    } catch (error) {
      failures++;
      notBefore = Date.now() + Math.min(500 * 2 ** failures, 30_000);
      options.log(
        `embedded Postgres: attempt ${failures} failed: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };

  const timer = setInterval(() => {
    working ??= lookSafely().finally(() => (working = undefined));
  }, options.checkEveryMs);
  // Looking after the server must not keep alive a process that has nothing else to do.
  timer.unref();

  return {
    end: async () => {
      clearInterval(timer);
      await working;
      return server;
    },
  };
}
