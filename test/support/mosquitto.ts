/** A real broker for tests: Debian's Mosquitto, on a free port of the loopback, with files of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const BINARY = process.env['MOSQUITTO'] ?? '/usr/sbin/mosquitto';

export const mosquittoIsAbsent = spawnSync(BINARY, ['-h']).error !== undefined;

/** For the name of a `describe.skipIf(mosquittoIsAbsent)`, so that a skip explains itself. */
export function needsMosquitto(name: string): string {
  return mosquittoIsAbsent
    ? `${name} [SKIPPED: no ${BINARY}; apt-get install mosquitto, or set MOSQUITTO]`
    : name;
}

export class Mosquitto {
  readonly port: number;
  readonly #folder: string;
  #child: ChildProcess | null = null;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
  }

  /** `lines` are added to its configuration. */
  static async start(lines: readonly string[] = []): Promise<Mosquitto> {
    const folder = await mkdtemp(join(tmpdir(), 'bl-mosquitto-'));
    // Started as root it runs under another user, who has to write here.
    await chmod(folder, 0o777);
    const port = await freePort();
    const config = [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'persistence true',
      `persistence_location ${folder}/`,
      // Written at each change: a broker that is killed loses what it has not written.
      'autosave_on_changes true',
      'autosave_interval 1',
      'max_queued_messages 0',
      'max_inflight_messages 0',
      ...lines,
    ];
    await writeFile(join(folder, 'mosquitto.conf'), `${config.join('\n')}\n`);
    const broker = new Mosquitto(port, folder);
    await broker.begin();
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Also again, after `end`: with the sessions and messages that it has kept. */
  async begin(): Promise<void> {
    const child = spawn(BINARY, ['-c', join(this.#folder, 'mosquitto.conf')], { stdio: 'ignore' });
    this.#child = child;
    for (let attempt = 0; !(await isListening(this.port)); attempt += 1) {
      if (attempt === 100 || child.exitCode !== null) throw new Error('mosquitto did not start');
      await sleep(50);
    }
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connectTcp(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
