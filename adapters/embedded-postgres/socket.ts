import { access, constants, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What fits into an address of a socket on every system, its ending zero not counted. */
const LONGEST_PATH = 103;
/** Postgres takes a list there, with quotes and commas of its own. */
const PLAIN = /^[\w./-]+$/;

/**
 * Where the server puts its socket file: among its data, which only its user can enter. A statement by this way costs
 * half of what it costs by TCP. Empty: the path is too long or too peculiar, or the system knows no such files.
 */
export function socketFolderOf(cluster: string): string {
  if (process.platform === 'win32' || !PLAIN.test(cluster)) return '';
  return Buffer.byteLength(fileOf(cluster, 65_535)) <= LONGEST_PATH ? cluster : '';
}

/** What clients take for its host: a folder or an address. */
export async function hostOf(server: {
  readonly port: number;
  readonly socketFolder: string;
}): Promise<string> {
  const { port, socketFolder } = server;
  if (socketFolder === '') return '127.0.0.1';
  const mayUse = access(fileOf(socketFolder, port), constants.R_OK | constants.W_OK);
  return mayUse.then(
    () => socketFolder,
    () => '127.0.0.1',
  );
}

/** What a server that did not end by itself has left. Only when none of this cluster lives. */
export async function removeSocketFiles(cluster: string): Promise<void> {
  const left = (await readdir(cluster)).filter((name) => name.startsWith('.s.PGSQL.'));
  for (const name of left) await rm(join(cluster, name), { force: true });
}

function fileOf(folder: string, port: number): string {
  return join(folder, `.s.PGSQL.${port}`);
}
