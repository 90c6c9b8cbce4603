import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type StreamName } from '../../../application/ports/event-store/stream-name.ts';

export interface WriterTask {
  readonly processes: number;
  readonly increments: number;
  readonly stream: StreamName;
}

/** Starts the writers as processes of their own and waits for all of them. */
export async function runWriters(
  opener: { readonly module: string; readonly argument: string },
  task: WriterTask,
): Promise<void> {
  await Promise.all(Array.from({ length: task.processes }, () => runWriter(opener, task)));
}

function runWriter(
  opener: { readonly module: string; readonly argument: string },
  task: WriterTask,
): Promise<void> {
  const script = fileURLToPath(new URL('./writer-process.ts', import.meta.url));
  const parameters = [opener.module, opener.argument, task.stream, String(task.increments)];
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...parameters], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`a writer ended with ${code ?? 'a signal'}: ${complaint}`));
    });
  });
}
