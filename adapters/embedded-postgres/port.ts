import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { EmbeddedPostgresError } from './errors.ts';
import { readIfThere, writeDurably } from './files.ts';

/** Below the ports that operating systems hand out for outgoing connections, which could take ours while we are down. */
const FIRST = 20_000;
const COUNT = 10_000;

/** The port of last time. When another program has it by now: says so, and takes and remembers another. */
export async function choosePort(file: string, log: (line: string) => void): Promise<number> {
  const kept = Number(await readIfThere(file));
  if (kept > 0 && (await isFree(kept))) return kept;
  const start = createHash('sha256').update(file).digest().readUInt32BE(0);
  for (let step = 0; step < COUNT; step++) {
    const port = FIRST + ((start + step * 7) % COUNT);
    if (port === kept || !(await isFree(port))) continue;
    if (kept > 0) log(`embedded Postgres: port ${kept} is in use by another program; taking ${port}`);
    await writeDurably(file, `${port}\n`);
    return port;
  }
  throw new EmbeddedPostgresError(`no free port between ${FIRST} and ${FIRST + COUNT} on 127.0.0.1`);
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
