import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findRealServer } from '../../support/fake-eventstoredb/real-server.ts';

const execute = promisify(execFile);
const script = fileURLToPath(new URL('./contender.ts', import.meta.url));
const ROUNDS = 5;

/** The server to measure against, or a note that there is none and null. */
export async function serverUrl(): Promise<string | null> {
  const server = await findRealServer();
  if (!('missing' in server))
    return `esdb://${server.credentials}${server.host}:${server.port}${server.query}`;
  console.log(`skipped: ${server.missing}`);
  return null;
}

export async function runContender(name: string, ...parameters: string[]): Promise<number | string> {
  const { stdout } = await execute(process.execPath, ['--import', 'tsx', script, name, ...parameters]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as number | string;
}

/** Runs all of them in turn, five rounds, so that what slows the machine slows each; the median of each. */
export async function medians(
  names: readonly string[],
  ...parameters: string[]
): Promise<Map<string, number>> {
  const rates = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of names) rates.get(name)?.push(Number(await runContender(name, ...parameters)));
  }
  const rows = [...rates].map(([name, runs]) => ({
    contender: name,
    'events/s (median)': Math.round(median(runs)),
    runs: runs.map((rate) => Math.round(rate)).join(' '),
  }));
  console.table(rows);
  return new Map([...rates].map(([name, runs]) => [name, median(runs)]));
}

export function ratio(rates: ReadonlyMap<string, number>, of: string, to: string): number {
  return Math.round((100 * (rates.get(of) ?? 0)) / (rates.get(to) ?? Infinity)) / 100;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
