import { spawn } from 'node:child_process';
import { open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Binaries, findBinaries } from './binaries.ts';
import { EmbeddedPostgresError, errnoOf } from './errors.ts';
import { readIfThere } from './files.ts';
import { commandLineOf, startTimeOf } from './process-identity.ts';
import { asUser, cleanEnvironment, run, type ServerUser } from './run.ts';
import { asArguments, type ServerSettings } from './server-settings.ts';
import { removeSocketFiles } from './socket.ts';

/** A server process that lives, as its `postmaster.pid` describes it. */
export interface Postmaster {
  readonly pid: number;
  readonly started: string;
  readonly port: number;
  /** The folder of its socket file; empty: it listens on TCP alone. */
  readonly socketFolder: string;
  readonly ready: boolean;
}

export function isRunning(postmaster: Postmaster): boolean {
  return startTimeOf(postmaster.pid) === postmaster.started;
}

/** The living server of this cluster, if any. */
export async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const lines = (await readIfThere(join(cluster, 'postmaster.pid')))?.split('\n') ?? [];
  const pid = Number(lines[0]);
  const started = pid > 0 ? startTimeOf(pid) : undefined;
  if (started === undefined || !isPostmasterOf(pid, cluster)) return undefined;
  return {
    pid,
    started,
    port: Number(lines[3]),
    socketFolder: lines[4]?.trim() ?? '',
    ready: lines[7]?.trim() === 'ready',
  };
}

/** After a crash the number in the file may have gone to any other process. */
function isPostmasterOf(pid: number, cluster: string): boolean {
  const line = commandLineOf(pid);
  return line === undefined || line.includes(` -D ${cluster} -p `);
}

const NO_PROCESS = 4_194_305;

/**
 * Postgres will not start while the process in a left-over `postmaster.pid` exists, even when that number belongs to
 * something else by now. The file is not removed but gets a number that no process can have: its other lines let
 * Postgres see whether workers of the dead server still live, and starting beside those would ruin the data. (Its
 * socket file has a lock file of its own with the same fault and without such a use: both are removed.)
 */
export async function disarmStalePidFile(cluster: string): Promise<void> {
  const path = join(cluster, 'postmaster.pid');
  const text = await readIfThere(path);
  if (text === undefined || (await findPostmaster(cluster)) !== undefined) return;
  await writeFile(path, text.replace(/^-?\d+/, String(NO_PROCESS)));
  await removeSocketFiles(cluster);
}

export interface StartOptions {
  readonly binaries: Binaries;
  readonly user: ServerUser | undefined;
  readonly cluster: string;
  readonly port: number;
  readonly logFile: string;
  readonly settings: ServerSettings;
  readonly log: (line: string) => void;
}

/** Starts the server and waits until it takes connections; a server that replays its log gets the time it needs. */
export async function startPostmaster(options: StartOptions): Promise<Postmaster> {
  await rotate(options.logFile);
  const logHandle = await open(options.logFile, 'a', 0o600);
  // So that this user, starting it again, can go on writing the log that root began.
  if (options.user !== undefined) await logHandle.chown(options.user.uid, options.user.gid);
  const from = (await logHandle.stat()).size;
  const args = ['-D', options.cluster, '-p', String(options.port), ...asArguments(options.settings)];
  // Detached: in a process group of its own, so that Ctrl-C on the terminal reaches us and not the server.
  const child = spawn(options.binaries.postgres, args, {
    ...asUser(options.user),
    cwd: '/',
    detached: true,
    env: cleanEnvironment(),
    stdio: ['ignore', logHandle.fd, logHandle.fd],
    windowsHide: true,
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? code}`));
  });
  await logHandle.close();
  const waiting = new AbortController();
  const outcome = await Promise.race([ended, untilReady(child.pid, options, waiting.signal)]);
  waiting.abort();
  child.unref();
  if (typeof outcome === 'object') return outcome;
  const said = (await readFile(options.logFile)).subarray(from).toString().trim();
  throw new EmbeddedPostgresError(`the embedded Postgres did not start: ${outcome}. ${said.slice(-2_000)}`);
}

async function untilReady(
  pid: number | undefined,
  { cluster, log }: StartOptions,
  signal: AbortSignal,
): Promise<Postmaster | string> {
  const began = Date.now();
  for (let round = 1; !signal.aborted; round++) {
    const found = await findPostmaster(cluster);
    if (found !== undefined && found.pid === pid && found.ready) return found;
    if (round % 500 === 0) {
      log(
        `embedded Postgres: still starting after ${Math.round((Date.now() - began) / 1000)} s (replaying its log)`,
      );
    }
    await sleep(10);
  }
  return 'it ended';
}

/** Ends the server: open transactions are rolled back, everything is written, and the call returns when it is gone. */
export async function stopPostmaster(postmaster: Postmaster, cluster: string): Promise<void> {
  if (process.platform === 'win32') {
    // Windows has no signals; there, `kill` would be a crash.
    const { pgCtl } = await findBinaries(undefined, () => undefined);
    await run(pgCtl, ['stop', '-m', 'fast', '-D', cluster], undefined);
  } else {
    signal(postmaster, 'SIGINT');
  }
  if (await goneWithin(postmaster, 60_000)) return;
  signal(postmaster, 'SIGQUIT');
  if (await goneWithin(postmaster, 10_000)) return;
  throw new EmbeddedPostgresError(`the embedded Postgres (process ${postmaster.pid}) does not stop`);
}

function signal({ pid }: Postmaster, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended by itself between the look and the signal.
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}

async function goneWithin(postmaster: Postmaster, ms: number): Promise<boolean> {
  for (const until = Date.now() + ms; Date.now() < until; await sleep(10)) {
    if (!isRunning(postmaster)) return true;
  }
  return false;
}

const LOG_LIMIT = 16 * 1024 * 1024;

async function rotate(logFile: string): Promise<void> {
  try {
    if ((await stat(logFile)).size > LOG_LIMIT) await rename(logFile, `${logFile}.1`);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}
