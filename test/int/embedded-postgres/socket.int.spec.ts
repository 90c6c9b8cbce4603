import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { joinEmbeddedPostgres } from '../../../adapters/embedded-postgres/index.ts';
import { socketFolderOf } from '../../../adapters/embedded-postgres/socket.ts';
import { query, Sandbox } from './support.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.open();
});
afterEach(() => sandbox.close());

const address = 'select inet_server_addr() is null as by_socket';

it('is reached by its socket file, and by TCP too', async () => {
  const server = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log: () => undefined });
  expect(await query(server.url, address)).toEqual([{ by_socket: true }]);
  const byTcp = server.url.replace(/@[^:]+:/, '@127.0.0.1:');
  expect(await query(byTcp, address)).toEqual([{ by_socket: false }]);
  await server.leave();
});

it('is reached by TCP where the path is too long for a socket file', async () => {
  const dataDir = join(sandbox.dataDir, 'a-long-name-of-a-folder-'.repeat(4));
  await mkdir(dataDir, { recursive: true });
  const server = await joinEmbeddedPostgres({ dataDir, log: () => undefined });
  expect(new URL(server.url).hostname).toBe('127.0.0.1');
  expect(await query(server.url, address)).toEqual([{ by_socket: false }]);
  await server.leave();
});

it.each([
  ['/srv/bays/postgres/cluster', '/srv/bays/postgres/cluster'],
  [`/srv/${'x'.repeat(100)}`, ''],
  ['/srv/a, b', ''],
  ['/srv/"a"', ''],
  ['/srv/größe', ''],
])('for data in %s the socket file is in "%s"', (cluster, folder) => {
  expect(socketFolderOf(cluster)).toBe(process.platform === 'win32' ? '' : folder);
});
