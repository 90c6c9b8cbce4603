import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError, errnoOf } from './errors.ts';
import type { Layout } from './layout.ts';
import { isThere, readIfThere, syncDirectory, writeDurably } from './files.ts';
import { run, type ServerUser } from './run.ts';

export const SUPERUSER = 'bayledger';
const MAJOR = '18';

const INITDB_ARGS = [
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  '--auth=scram-sha-256',
  '--no-instructions',
  `--username=${SUPERUSER}`,
];

/** Makes an empty cluster unless there is one. It is made beside and renamed, so a crash leaves none or a whole one. */
export async function ensureCluster(
  cluster: string,
  password: string,
  programs: { readonly binaries: Binaries; readonly user: ServerUser | undefined },
): Promise<void> {
  if (await isThere(cluster)) return checkVersion(cluster);
  const { binaries, user } = programs;
  const draft = `${cluster}.new`;
  const passwordFile = join(dirname(cluster), 'password.initdb');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) {
    await chown(draft, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  try {
    const args = [...INITDB_ARGS, `--pgdata=${draft}`, `--pwfile=${passwordFile}`];
    const outcome = await run(binaries.initdb, args, user);
    if (!outcome.ok) throw new EmbeddedPostgresError(explain(outcome.output, draft));
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, cluster);
  await syncDirectory(dirname(cluster));
}

/** The password of the cluster, generated with it. */
export async function passwordOf(layout: Layout, cluster: string): Promise<string> {
  try {
    const kept = (await readIfThere(layout.password))?.trim();
    if (kept) return kept;
  } catch (error) {
    if (errnoOf(error) !== 'EACCES') throw error;
    throw new EmbeddedPostgresError(
      `${layout.password} cannot be read: these data were made by another user of this machine. Start as that user, or choose another DATA_DIR.`,
      { cause: error },
    );
  }
  if (await isThere(cluster)) {
    throw new EmbeddedPostgresError(
      `there are data in ${cluster}, but ${layout.password} is gone: restore it from a backup.`,
    );
  }
  const password = randomBytes(24).toString('base64url');
  await writeDurably(layout.password, `${password}\n`);
  return password;
}

async function checkVersion(cluster: string): Promise<void> {
  const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  if (version === MAJOR) return;
  throw new EmbeddedPostgresError(
    `the data in ${cluster} are of Postgres ${version}, and this release brings Postgres ${MAJOR}: ` +
      'start the release that made them, take a backup, and restore it here.',
  );
}

function explain(output: string, draft: string): string {
  const hint = /look up effective user ID/.test(output)
    ? ' This user id has no entry in /etc/passwd, which Postgres needs: add one, or set DATABASE_URL.'
    : '';
  return `the embedded Postgres could not make its data folder ${draft}: ${output}.${hint}`;
}
