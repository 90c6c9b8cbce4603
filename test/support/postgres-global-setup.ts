import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { discardEmbeddedPostgres } from '../../adapters/embedded-postgres/index.ts';

const PREFIX = 'bl-test-postgres-';

/**
 * Names the folder of this run's Postgres, which the first test that needs one starts (see postgres.ts), and stops
 * and deletes it at the end. Also clears away what runs that were killed have left behind.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env['TEST_POSTGRES_URL'] !== undefined) {
    process.env['BL_TEST_POSTGRES'] = process.env['TEST_POSTGRES_URL'];
    return () => Promise.resolve();
  }
  await clearLeftOvers();
  const dataDir = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // As root, the server runs under another user, who has to pass through.
  await chmod(dataDir, 0o711);
  process.env['BL_TEST_POSTGRES_DIR'] = dataDir;
  return () => remove(dataDir);
}

async function clearLeftOvers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-')[0] : undefined);
    if (pid > 0 && !exists(pid)) await remove(join(tmpdir(), name)).catch(() => undefined);
  }
}

/** Workers may still be on their way out when the teardown is called. */
async function remove(dataDir: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await discardEmbeddedPostgres(dataDir);
      return await rm(dataDir, { recursive: true, force: true });
    } catch (error) {
      if (attempt === 50) throw error;
      await sleep(100);
    }
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
