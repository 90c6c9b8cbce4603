import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { discardEmbeddedPostgres, joinEmbeddedPostgres } from '../../../adapters/embedded-postgres/index.ts';
import { postmasterPid, query, runs, Sandbox } from './support.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.open();
});
afterEach(() => sandbox.close());

it('is started by the first, adopted by later ones and stopped by the last', async () => {
  const first = sandbox.member();
  const { url, adopted, cluster } = await first.joined();
  expect(adopted).toBe(false);

  const second = sandbox.member();
  expect(await second.joined()).toEqual({ url, adopted: true, cluster });
  const pid = postmasterPid(cluster);

  await first.leave();
  expect(runs(pid)).toBe(true);
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);

  await second.leave();
  expect(runs(pid)).toBe(false);
  expect(postmasterPid(cluster)).toBeUndefined();
  expect(await readdir(join(sandbox.dataDir, 'postgres/members'))).toEqual([]);
});

it('starts one server when many come at the same moment', async () => {
  const members = Array.from({ length: 4 }, () => sandbox.member());
  const joined = await Promise.all(members.map((member) => member.joined()));
  expect(joined.filter((each) => !each.adopted)).toHaveLength(1);
  expect(new Set(joined.map((each) => each.url)).size).toBe(1);

  await Promise.all(members.map((member) => member.leave()));
  expect(postmasterPid(joined[0]?.cluster ?? '')).toBeUndefined();
}, 40_000);

it('can be joined twice by one process; leaving twice is leaving once', async () => {
  const log = () => undefined;
  const one = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log });
  const two = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log });
  await Promise.all([one.leave(), one.leave()]);
  expect(await query(two.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await two.leave();
  await expect(query(two.url, 'select 1')).rejects.toThrow(/ECONNREFUSED|ENOENT/);
});

it('keeps data, address and password from one run to the next', async () => {
  const log = () => undefined;
  const one = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log });
  await query(one.url, `create table kept as select 'é' as word`);
  await one.leave();

  const two = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log });
  expect(two.url).toBe(one.url);
  expect(await query(two.url, 'select word from kept')).toEqual([{ word: 'é' }]);
  await two.leave();
});

it('is not discarded while someone uses it, and is begun anew after', async () => {
  const log = () => undefined;
  const one = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log });
  await expect(discardEmbeddedPostgres(sandbox.dataDir)).rejects.toThrow(/in use by 1 process/);
  await query(one.url, 'create table old as select 1');
  await one.leave();
  await discardEmbeddedPostgres(sandbox.dataDir);

  const two = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log });
  await expect(query(two.url, 'select from old')).rejects.toThrow(/does not exist/);
  await two.leave();
});
