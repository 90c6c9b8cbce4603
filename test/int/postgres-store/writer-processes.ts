import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface WriterProcess {
  readonly child: ChildProcess;
  /** Its first append was answered. */
  readonly ready: Promise<void>;
  /** How many appends were acknowledged; rejects when it was killed. */
  readonly done: Promise<number>;
}

const script = fileURLToPath(new URL('./writer-process.ts', import.meta.url));

export function startWriter(url: string, callers: number, events: number): WriterProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', script, url, `${callers}`, `${events}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [said, complained] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()));
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('ready')) resolve();
    });
  });
  const done = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve(Number(said.trim().split('\n').at(-1)));
      else reject(new Error(`a writer ended with ${code ?? 'a signal'}: ${complained}`));
    });
  });
  // Whoever kills it need not listen.
  done.catch(() => undefined);
  return { child, ready, done };
}
