import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { discardEmbeddedPostgres } from '../../../adapters/embedded-postgres/index.ts';

export const root = new URL('../../../', import.meta.url).pathname;
const BIN = join(root, 'adapters/cli/bin.js');

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly uid?: number;
}

/** The real program as a child process. What this process was given by its own environment is kept away from it. */
export class Program {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], { env, input, uid }: StartOptions = {}) {
    const { HOME, LANG, PATH } = process.env;
    this.child = spawn(process.execPath, [BIN, ...args], {
      cwd: root,
      env: { HOME, LANG, PATH, ...env },
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.child.stdin?.end(input ?? '');
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async ended(): Promise<Ran> {
    if (!this.hasEnded) await once(this.child, 'close');
    return { status: this.child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }

  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<Ran> {
    if (!this.hasEnded) this.child.kill(signal);
    return this.ended();
  }

  /** Until its output holds this; fails as soon as it has ended without it. */
  async says(pattern: RegExp, withinMs = 40_000): Promise<RegExpExecArray> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const found = pattern.exec(this.stdout + this.stderr);
      if (found !== null) return found;
      if (this.hasEnded || performance.now() > deadline)
        throw new Error(`never said ${String(pattern)}:\n${this.stdout}\n${this.stderr}`);
      await sleep(50);
    }
  }
}

export async function run(args: readonly string[], options: StartOptions = {}): Promise<Ran> {
  return new Program(args, options).ended();
}

/** A folder for data that is deleted with the Postgres in it. */
export interface DataFolder {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a verb with `--json` and reads its one answer. */
  ask(...args: readonly string[]): Promise<Record<string, unknown>>;
  /** The same for a list. */
  list(...args: readonly string[]): Promise<readonly Record<string, unknown>[]>;
  run(...args: readonly string[]): Promise<Ran>;
  start(...args: readonly string[]): Program;
  remove(): Promise<void>;
}

export async function dataFolder(settings: Readonly<Record<string, string>> = {}): Promise<DataFolder> {
  const path = await mkdtemp(join(tmpdir(), 'bl-e2e-'));
  // The Postgres of root runs under another user, who has to pass through.
  await chmod(path, 0o711);
  const env = { DATA_DIR: path, API_PORT: '0', METRICS_PORT: '0', ...settings };
  const started: Program[] = [];
  const ran = (...args: readonly string[]): Promise<Ran> => run(args, { env });
  const lines = async (args: readonly string[]): Promise<readonly Record<string, unknown>[]> => {
    const { status, stderr, stdout } = await ran(...args, '--json');
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    const texts = stdout.split('\n').filter((line) => line !== '');
    return texts.map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return {
    path,
    env,
    run: ran,
    list: (...args) => lines(args),
    ask: async (...args) => {
      const [answer, ...others] = await lines(args);
      if (answer === undefined || others.length > 0)
        throw new Error(`${args.join(' ')}: one answer expected`);
      return answer;
    },
    start: (...args) => {
      const program = new Program(args, { env });
      started.push(program);
      return program;
    },
    remove: async () => {
      for (const program of started) await program.stop('SIGKILL');
      for (let attempt = 0; ; attempt += 1) {
        try {
          await discardEmbeddedPostgres(path);
          break;
        } catch (error) {
          if (attempt === 50) throw error;
          await sleep(100);
        }
      }
      await rm(path, { recursive: true, force: true });
    },
  };
}
