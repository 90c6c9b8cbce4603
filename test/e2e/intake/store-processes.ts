import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type DataFolder } from '../cli/program.ts';

/** All processes of the embedded Postgres of a folder: frozen ones answer nobody, and nobody knows that they are. */
export async function signalPostgres(
  folder: DataFolder,
  signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL',
): Promise<void> {
  const postmaster = await postmasterOf(folder);
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=', '--ppid', String(postmaster)]);
  const backends = stdout
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 1);
  // The postmaster first: it would start again what it sees die.
  for (const pid of [postmaster, ...backends]) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (!(error instanceof Error && Reflect.get(error, 'code') === 'ESRCH')) throw error;
    }
  }
}

async function postmasterOf(folder: DataFolder): Promise<number> {
  const home = join(folder.path, 'postgres');
  const moved = await readFile(join(home, 'location'), 'utf8').catch(() => '');
  const cluster = moved.trim() === '' ? join(home, 'cluster') : moved.trim();
  const [pid = ''] = (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n');
  return Number(pid);
}
