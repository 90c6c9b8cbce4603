import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const BIN = fileURLToPath(new URL('../../../adapters/cli/bin.js', import.meta.url));
const run = promisify(execFile);

export interface Program {
  readonly url: string;
  readonly metricsUrl: string;
  readonly dataDir: string;
  readonly pid: number;
  /** Runs a verb of the command line against the same data and gives its JSON. */
  verb<T>(...args: readonly string[]): Promise<T>;
  stop(): Promise<void>;
}

/** The real program as a process of its own, with an embedded Postgres in a fresh folder (fsync on). */
export async function startProgram(env: Readonly<Record<string, string>> = {}): Promise<Program> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bayledger-bench-'));
  const [port, metricsPort] = [await freePort(), await freePort()];
  const settings = {
    ...process.env,
    DATA_DIR: dataDir,
    API_PORT: String(port),
    METRICS_PORT: String(metricsPort),
    LOG_LEVEL: 'warn',
    // As the container image sets it (docs/operations/running.md).
    NODE_OPTIONS: process.env['NODE_OPTIONS'] ?? '--max-semi-space-size=32',
    ...env,
  };
  const child = spawn(process.execPath, [BIN, 'serve'], {
    env: settings,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child);
  return {
    url,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    dataDir,
    pid: child.pid ?? 0,
    verb: async <T>(...args: readonly string[]) => {
      const { stdout } = await run(process.execPath, [BIN, ...args, '--json'], { env: settings });
      return JSON.parse(stdout) as T;
    },
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}`);
    const ready = await fetch(`${url}/health/ready`).catch(() => null);
    if (ready?.ok === true) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  throw new Error('the program was not ready within a minute');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
