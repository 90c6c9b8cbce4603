import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * EVENT_STORE_CONTROL names a program that is called with `start`, `term`, `kill`, `stop` or `cont` and does that to the
 * server of EVENT_STORE_URL (one that keeps its data on disk). Without it nobody's server is ended by a test.
 */
export function serverControl():
  ((action: 'start' | 'term' | 'kill' | 'stop' | 'cont') => Promise<void>) | null {
  const program = process.env['EVENT_STORE_CONTROL'];
  if (program === undefined) return null;
  return async (action) => void (await run(program, [action]));
}
