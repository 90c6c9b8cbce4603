import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { joinEmbeddedPostgres } from '../../../adapters/embedded-postgres/index.ts';
import { eventually, postmasterPid, query, Sandbox } from './support.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.open();
});
afterEach(() => sandbox.close());

it('takes another port, says so and keeps to it, when the old one was taken meanwhile', async () => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const one = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log });
  await one.leave();
  const other = await occupy(portOf(one.url));

  const two = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log });
  expect(portOf(two.url)).not.toBe(portOf(one.url));
  expect(lines).toEqual([
    `embedded Postgres: port ${portOf(one.url)} is in use by another program; taking ${portOf(two.url)}`,
  ]);
  await two.leave();
  await release(other);

  const three = await joinEmbeddedPostgres({ dataDir: sandbox.dataDir, log });
  expect(three.url).toBe(two.url);
  await three.leave();
});

it('waits for its port when that is taken while the server is being brought up again', async () => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const embedded = await joinEmbeddedPostgres({
    dataDir: sandbox.dataDir,
    log,
    checkEveryMs: 400,
  });
  const { url, cluster } = embedded;
  const pid = postmasterPid(cluster) ?? Number.NaN;
  process.kill(pid, 'SIGKILL');
  const other = await occupy(portOf(url));
  await eventually(() => lines.some((line) => line.includes('waiting for port')));
  await release(other);
  await eventually(() => lines.some((line) => line.includes('running again')));
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await embedded.leave();
}, 30_000);

const portOf = (url: string): number => Number(new URL(url).port);

async function occupy(port: number): Promise<Server> {
  for (;;) {
    const server = createServer();
    const listening = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (listening) return server;
  }
}

function release(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
