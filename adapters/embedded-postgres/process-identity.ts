import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * A process, told apart from a later one that got the same number. `realm` names where the number means anything:
 * after a reboot, or seen from another container, the same pid is somebody else.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly started: string;
  readonly realm: string;
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, started: startTimeOf(process.pid) ?? UNKNOWN_START, realm: ownRealm() };
}

/** `undefined`: this identity is of another realm, so that nothing can be said from here. */
export function isAlive(identity: ProcessIdentity): boolean | undefined {
  if (identity.realm !== ownRealm()) return undefined;
  const started = startTimeOf(identity.pid);
  return started !== undefined && (started === identity.started || identity.started === UNKNOWN_START);
}

const UNKNOWN_START = '0';

/** When the process of this number started, or `undefined` when there is none (a zombie counts as none). */
export function startTimeOf(pid: number): string | undefined {
  if (!exists(pid)) return undefined;
  if (process.platform === 'linux') return linuxStartTime(pid);
  if (process.platform === 'win32') return UNKNOWN_START;
  return ps(pid, 'lstart')?.replaceAll(/\s+/g, '_');
}

/** The command line of a process, where the platform shows it. */
export function commandLineOf(pid: number): string | undefined {
  if (process.platform === 'win32') return undefined;
  if (process.platform !== 'linux') return ps(pid, 'command');
  return readQuietly(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim();
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function linuxStartTime(pid: number): string | undefined {
  const stat = readQuietly(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command name is in brackets and may itself hold spaces and brackets: fields are counted after the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  return state === 'Z' || state === 'X' ? undefined : fields[19];
}

function ownRealm(): string {
  const boot = readQuietly('/proc/sys/kernel/random/boot_id')?.trim();
  return boot === undefined ? hostname() : `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
}

function ps(pid: number, column: string): string | undefined {
  try {
    return (
      execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
    );
  } catch {
    return undefined;
  }
}

function readQuietly(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
