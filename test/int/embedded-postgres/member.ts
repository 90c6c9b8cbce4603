import { createInterface } from 'node:readline';
import { joinEmbeddedPostgres } from '../../../adapters/embedded-postgres/index.ts';

// One process of several that share a DATA_DIR: joins, says so, and leaves when told to on standard input.
const [dataDir = ''] = process.argv.slice(2);
const say = (word: string, more: object = {}): void =>
  void process.stdout.write(`${JSON.stringify({ word, ...more })}\n`);

try {
  const server = await joinEmbeddedPostgres({
    dataDir,
    log: (line) => say('log', { line }),
    checkEveryMs: 100,
  });
  const { url, adopted, cluster } = server;
  say('joined', { url, adopted, cluster });
  for await (const _line of createInterface(process.stdin)) break;
  await server.leave();
  say('left');
} catch (error) {
  say('failed', { message: error instanceof Error ? error.message : String(error) });
}
process.stdin.destroy();
