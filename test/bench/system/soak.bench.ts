/**
 * Memory over time: the real program with everything behind it at a steady rate, ten minutes long; its memory is read each
 * five seconds from its own metrics. Flat means: of the second half no more than a tenth above the first half (the first
 * minute, in which it compiles and fills its caches, apart).
 *
 *     RATE=500 MINUTES=10 DEVICES=2000 npm run bench -- soak
 */
import { expectOk, nextMessage, newTenantKey, registerBays, untilShown } from './bays.ts';
import { summarise } from './histogram.ts';
import { HttpClient } from './http-client.ts';
import { startProgram } from './program.ts';

const RATE = Number(process.env['RATE'] ?? 500);
const MINUTES = Number(process.env['MINUTES'] ?? 10);
const DEVICES = Number(process.env['DEVICES'] ?? 2_000);
const EVERY_MS = 5_000;
const WARM_UP_S = 60;

interface Sample {
  readonly atS: number;
  readonly heapMb: number;
  readonly residentMb: number;
}

async function main(): Promise<void> {
  const store = process.env['EVENT_STORE_URL'];
  const program = await startProgram(store === undefined ? {} : { EVENT_STORE_URL: store });
  try {
    const { key } = await newTenantKey(program);
    const client = new HttpClient(program.url, key, 64);
    const bays = await registerBays(client, DEVICES);
    const samples: Sample[] = [];
    const answered: number[] = [];
    const began = performance.now();
    const atS = (): number => (performance.now() - began) / 1000;
    let sampledAt = -Infinity;
    const running = new Set<Promise<void>>();
    for (let n = 0; atS() < MINUTES * 60; n += 1) {
      const wait = began + (n * 1000) / RATE - performance.now();
      if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
      const start = performance.now();
      const task = expectOk(client.post('/api/v1/uplink?event=up', nextMessage(bays, n).body)).then(() => {
        answered.push(performance.now() - start);
      });
      running.add(task);
      void task.finally(() => running.delete(task));
      if (start - sampledAt < EVERY_MS) continue;
      sampledAt = start;
      samples.push({ atS: Math.round(atS()), ...(await memoryOf(program.metricsUrl)) });
    }
    await Promise.all(running);
    await untilShown(client, bays);
    report(samples, answered);
    client.close();
  } finally {
    await program.stop();
  }
}

async function memoryOf(metricsUrl: string): Promise<Omit<Sample, 'atS'>> {
  const text = await (await fetch(metricsUrl)).text();
  const valueOf = (name: string): number => {
    const [, value] = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text) ?? [];
    if (value === undefined) throw new Error(`the program has no metric ${name}`);
    return Math.round(Number(value) / 1_048_576);
  };
  return {
    heapMb: valueOf('nodejs_heap_size_used_bytes'),
    residentMb: valueOf('process_resident_memory_bytes'),
  };
}

function report(samples: readonly Sample[], answered: readonly number[]): void {
  const warm = samples.filter(({ atS }) => atS >= WARM_UP_S);
  const [first, second] = [warm.slice(0, warm.length / 2), warm.slice(warm.length / 2)];
  const figures = {
    frames: answered.length,
    answered: summarise(answered),
    heap_mb: [meanOf(first, 'heapMb'), meanOf(second, 'heapMb')],
    resident_mb: [meanOf(first, 'residentMb'), meanOf(second, 'residentMb')],
    highest_heap_mb: Math.max(...samples.map(({ heapMb }) => heapMb)),
    highest_resident_mb: Math.max(...samples.map(({ residentMb }) => residentMb)),
  };
  console.table(samples.filter((_, n) => n % 6 === 0));
  const [before = 0, after = 0] = figures.resident_mb;
  console.log(`resident memory: ${before} MB in the first half, ${after} MB in the second`);
  console.log(JSON.stringify({ bench: 'soak', rate: RATE, minutes: MINUTES, devices: DEVICES, figures }));
}

function meanOf(samples: readonly Sample[], what: 'heapMb' | 'residentMb'): number {
  return Math.round(samples.reduce((sum, sample) => sum + sample[what], 0) / Math.max(1, samples.length));
}

await main();
