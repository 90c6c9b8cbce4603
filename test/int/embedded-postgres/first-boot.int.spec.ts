import { existsSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, joinEmbeddedPostgres } from '../../../adapters/embedded-postgres/index.ts';
import { isRoot, query, Sandbox } from './support.ts';

describe('the first boot', () => {
  let sandbox: Sandbox;
  let server: EmbeddedPostgres;
  const listenersBefore = process.eventNames().length;
  const lines: string[] = [];

  beforeAll(async () => {
    sandbox = await Sandbox.open();
    server = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log: (line) => lines.push(line) });
  });

  afterAll(async () => {
    await server.leave();
    await sandbox.close();
  });

  it('starts a server of our own and makes the database', () => {
    expect(server.adopted).toBe(false);
    expect(new URL(server.url).pathname).toBe('/bayledger');
    expect(decodeURIComponent(new URL(server.url).hostname)).toBe(server.cluster);
    expect(lines).toEqual([]);
  });

  it('makes a UTF-8 database whose order does not depend on the machine', async () => {
    const rows = await query(
      server.url,
      `select pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, datlocale as locale
       from pg_database where datname = current_database()`,
    );
    expect(rows).toEqual([{ encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8' }]);
    expect(await query(server.url, `select upper('grüße é') as up`)).toEqual([{ up: 'GRÜßE É' }]);
  });

  it.each([
    ['fsync', 'on'],
    ['synchronous_commit', 'on'],
    ['full_page_writes', 'on'],
    ['max_connections', '200'],
    ['max_wal_size', '2GB'],
    ['max_prepared_transactions', '0'],
    ['shared_buffers', '192MB'],
    ['listen_addresses', '127.0.0.1'],
    ['password_encryption', 'scram-sha-256'],
    ['TimeZone', 'UTC'],
  ])('runs with %s = %s', async (name, value) => {
    expect(await query(server.url, `select current_setting('${name}') as value`)).toEqual([{ value }]);
  });

  it('keeps its password to itself and lets nobody in without it', async () => {
    const kept = await readFile(join(sandbox.dataDir, 'postgres/password'), 'utf8');
    expect(kept.trim()).toBe(decodeURIComponent(new URL(server.url).password));
    expect(statSync(join(sandbox.dataDir, 'postgres/password')).mode & 0o777).toBe(0o600);
    expect((await stat(server.cluster)).mode & 0o777).toBe(0o700);

    const wrong = new URL(server.url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
    wrong.password = '';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password/);
  });

  it('leaves no password file of the making behind', () => {
    expect(existsSync(join(sandbox.dataDir, 'postgres/password.initdb'))).toBe(false);
  });

  it('is not reachable through the machine’s other addresses', async () => {
    const port = Number(new URL(server.url).port);
    const others = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const addresses = others.filter((each) => each.address !== '127.0.0.1' && each.family === 'IPv4');
    for (const { address } of addresses) expect(await answers(address, port)).toBe(false);
    expect(await answers('127.0.0.1', port)).toBe(true);
  });

  it('writes its log under DATA_DIR, without the values of failed statements', async () => {
    await query(server.url, 'create table guest (name text unique)');
    await query(server.url, `insert into guest values ('Ada')`);
    await expect(query(server.url, `insert into guest values (lower('ADA')), ('Ada')`)).rejects.toThrow(
      /duplicate/,
    );
    const log = await readFile(join(sandbox.dataDir, 'log/postgres.log'), 'utf8');
    expect(log).toContain('duplicate key');
    expect(log).not.toContain('already exists');
  });

  it('installs no signal hooks and no exit hooks', () => {
    expect(process.eventNames().length).toBe(listenersBefore);
  });

  it.runIf(isRoot)('runs the server under an unprivileged user when we are root (needs root)', async () => {
    const { uid } = await stat(server.cluster);
    expect(uid).not.toBe(0);
  });
});

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket
      .once('connect', () => end(true))
      .once('error', () => end(false))
      .once('timeout', () => end(false));
  });
}
