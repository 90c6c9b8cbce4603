import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { discardEmbeddedPostgres } from '../../../adapters/embedded-postgres/index.ts';
import { startTimeOf } from '../../../adapters/embedded-postgres/process-identity.ts';

export const isRoot = process.getuid?.() === 0;
export const NOBODY = { uid: 65534, gid: 65534 };

interface Said {
  readonly word: 'log' | 'joined' | 'left' | 'failed';
  readonly line?: string;
  readonly message?: string;
  readonly url?: string;
  readonly adopted?: boolean;
  readonly cluster?: string;
}

/** A separate process that joins the embedded Postgres of a DATA_DIR. */
export class Member {
  readonly said: Said[] = [];
  readonly #child: ChildProcess;

  constructor(dataDir: string, how: { uid?: number; gid?: number; detached?: boolean } = {}) {
    const program = fileURLToPath(new URL('./member.ts', import.meta.url));
    this.#child = spawn(process.execPath, ['--import', 'tsx', program, dataDir], {
      ...how,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { stdout } = this.#child;
    if (stdout !== null)
      createInterface(stdout).on('line', (line) => this.said.push(JSON.parse(line) as Said));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get logged(): string {
    return this.said.map((each) => each.line ?? '').join('\n');
  }

  async joined(): Promise<{ url: string; adopted: boolean; cluster: string }> {
    const { url = '', adopted = false, cluster = '' } = await this.#hear('joined');
    return { url, adopted, cluster };
  }

  async failed(): Promise<string> {
    return (await this.#hear('failed')).message ?? '';
  }

  async leave(): Promise<void> {
    this.#child.stdin?.end('leave\n');
    await this.#hear('left');
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }

  async #hear(word: Said['word']): Promise<Said> {
    await eventually(() => this.said.some((each) => each.word === word || each.word === 'failed'));
    const found = this.said.find((each) => each.word === word);
    if (found === undefined) throw new Error(JSON.stringify(this.said));
    return found;
  }
}

/** A DATA_DIR that another user can pass through, and an end to everything that was started in it. */
export class Sandbox {
  readonly #members: Member[] = [];
  readonly dataDir: string;

  constructor(dataDir: string) {
    this.dataDir = dataDir;
  }

  static async open(): Promise<Sandbox> {
    const dataDir = await mkdtemp(join(tmpdir(), 'bl-embedded-'));
    await chmod(dataDir, 0o711);
    return new Sandbox(dataDir);
  }

  member(how?: ConstructorParameters<typeof Member>[1]): Member {
    const member = new Member(this.dataDir, how);
    this.#members.push(member);
    return member;
  }

  async close(): Promise<void> {
    for (const member of this.#members) await member.kill();
    await discardEmbeddedPostgres(this.dataDir);
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

export function postmasterPid(cluster: string): number | undefined {
  const path = join(cluster, 'postmaster.pid');
  return existsSync(path) ? Number(readFileSync(path, 'utf8').split('\n')[0]) : undefined;
}

export function runs(pid: number | undefined): boolean {
  return pid !== undefined && startTimeOf(pid) !== undefined;
}

export async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

export async function eventually(
  condition: () => boolean | Promise<boolean>,
  withinMs = 15_000,
): Promise<void> {
  for (const until = Date.now() + withinMs; ; await sleep(20)) {
    if (await condition()) return;
    if (Date.now() > until) throw new Error(`not within ${withinMs} ms: ${condition.toString()}`);
  }
}
