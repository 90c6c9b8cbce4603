import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs a script of this folder in a process of its own and answers the number that it prints last. */
export function measureInChild(script: string, ...args: readonly (string | number)[]): Promise<number> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      const figure = Number(printed.trim().split('\n').at(-1));
      if (code === 0 && Number.isFinite(figure)) resolve(figure);
      else reject(new Error(`${script} ${args.join(' ')} ended with ${code ?? 'a signal'}: ${printed}`));
    });
  });
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Runs of all contenders in turn, so that a slow minute of the machine hits all of them; the median of each. */
export async function interleaved<Name extends string>(
  contenders: readonly Name[],
  rounds: number,
  measure: (contender: Name) => Promise<number>,
): Promise<Record<Name, number>> {
  const figures = new Map<Name, number[]>(contenders.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // Another one begins each round: nobody always runs after the same neighbour.
    for (let i = 0; i < contenders.length; i += 1) {
      const name = contenders[(round + i) % contenders.length];
      if (name !== undefined) figures.get(name)?.push(await measure(name));
    }
  }
  return Object.fromEntries(contenders.map((name) => [name, median(figures.get(name) ?? [])])) as Record<
    Name,
    number
  >;
}

/** The table for people and the line for programs. */
export function report(
  bench: string,
  unit: string,
  figures: Readonly<Record<string, number>>,
  ratios: Readonly<Record<string, number>>,
): void {
  const rounded = Object.entries(figures).map(([name, figure]) => [name, Math.round(figure)]);
  console.table(Object.fromEntries(rounded.map(([name, figure]) => [name, { [unit]: figure }])));
  const short = Object.entries(ratios).map(([name, ratio]) => [name, Math.round(ratio * 100) / 100]);
  console.log(JSON.stringify({ bench, ratios: Object.fromEntries(short) as Record<string, number> }));
}
