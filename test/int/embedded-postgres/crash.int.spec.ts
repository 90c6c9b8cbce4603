import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { joinEmbeddedPostgres } from '../../../adapters/embedded-postgres/index.ts';
import { eventually, postmasterPid, query, runs, Sandbox } from './support.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.open();
});
afterEach(() => sandbox.close());

const killHard = (pid: number | undefined): boolean => process.kill(pid ?? Number.NaN, 'SIGKILL');

it('adopts the server that killed users left behind, and then stops it as the last one', async () => {
  const [one, two] = [sandbox.member(), sandbox.member()];
  const { url, cluster } = await one.joined();
  await two.joined();
  const pid = postmasterPid(cluster);
  await one.kill();
  await two.kill();
  expect(runs(pid)).toBe(true);

  const three = sandbox.member();
  expect(await three.joined()).toEqual({ url, cluster, adopted: true });
  expect(postmasterPid(cluster)).toBe(pid);
  await three.leave();
  expect(runs(pid)).toBe(false);
});

it('starts again, with everything committed, when users and server were all killed', async () => {
  const one = sandbox.member();
  const { url, cluster } = await one.joined();
  await query(url, 'create table fact as select 42 as value');
  const pid = postmasterPid(cluster);
  await one.kill();
  killHard(pid);

  const two = sandbox.member();
  expect(await two.joined()).toEqual({ url, cluster, adopted: false });
  expect(postmasterPid(cluster)).not.toBe(pid);
  expect(await query(url, 'select value from fact')).toEqual([{ value: 42 }]);
  await two.leave();
}, 30_000);

it('brings a killed server up again under its users, once, at the same address', async () => {
  const [one, two] = [sandbox.member(), sandbox.member()];
  const { url, cluster } = await one.joined();
  await two.joined();
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => undefined);
  await pool.query('create table fact as select 42 as value');

  for (let round = 0; round < 3; round++) {
    const pid = postmasterPid(cluster);
    killHard(pid);
    await eventually(
      () =>
        one.logged.split('running again').length + two.logged.split('running again').length === 4 + 2 * round,
    );
    expect(postmasterPid(cluster)).not.toBe(pid);
    expect((await pool.query('select value from fact')).rows).toEqual([{ value: 42 }]);
  }

  // One of the two started each server, the other found it running: there is one, and the last to leave stops it.
  const last = postmasterPid(cluster);
  await pool.end();
  await one.leave();
  expect(runs(last)).toBe(true);
  await two.leave();
  expect(runs(last)).toBe(false);
}, 60_000);

it('starts although the number of the dead server has gone to another process', async () => {
  const log = () => undefined;
  const one = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log });
  const left = readFileSync(join(one.cluster, 'postmaster.pid'), 'utf8');
  await one.leave();
  // Process 1 lives for ever and is nobody's Postgres.
  await writeFile(join(one.cluster, 'postmaster.pid'), left.replace(/^\d+/, '1'));

  const two = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log });
  expect(two.adopted).toBe(false);
  expect(await query(two.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await two.leave();
});

it('begins anew after a crash in the middle of making the data folder', async () => {
  await mkdir(join(sandbox.dataDir, 'postgres/cluster.new/base'), { recursive: true });
  await writeFile(join(sandbox.dataDir, 'postgres/cluster.new/PG_VERSION'), '18\n');
  const one = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log: () => undefined });
  expect(await query(one.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await one.leave();
});

it('makes the database when the crash came between the data folder and the database', async () => {
  const log = () => undefined;
  const one = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log });
  const admin = new URL(one.url);
  admin.pathname = '/postgres';
  await query(admin.href, 'drop database bayledger');
  await one.leave();
  const two = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log });
  expect(await query(two.url, 'select current_database() as name')).toEqual([{ name: 'bayledger' }]);
  await two.leave();
});

it('outlives Ctrl-C on the terminal, so that its users can finish their work', async () => {
  const one = sandbox.member({ detached: true });
  const { url, cluster } = await one.joined();
  const pid = postmasterPid(cluster);
  // What a terminal does: the signal goes to the whole process group.
  process.kill(-one.pid, 'SIGINT');
  await eventually(() => !runs(one.pid));
  expect(runs(pid)).toBe(true);
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});
