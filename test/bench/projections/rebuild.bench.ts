// How fast are read models rebuilt from a long history, beside the bare reading of it?
// Knobs: EVENTS (500000), BAYS (5000), ROUNDS (3, of which the middle one counts), ALL=1 rebuilds every projection, not spaces_current alone.
import { domainCategories } from '../../../application/ports/event-store/categories.ts';
import { allProjections } from '../../../projections/all-projections.ts';
import { installProjections } from '../../../projections/runner/install.ts';
import { rebuild } from '../../../projections/runner/rebuild.ts';
import { openBenchDatabase } from './database.ts';
import { bays, inParallel, registerBays, uplink } from './history.ts';

const EVENTS = Number(process.env['EVENTS'] ?? 500_000);
const BAYS = Number(process.env['BAYS'] ?? 5_000);
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const names = process.env['ALL'] === undefined ? ['spaces_current'] : allProjections.map((one) => one.name);

const bench = await openBenchDatabase();
const { pool, store } = bench;
try {
  await installProjections(pool, allProjections);
  const all = bays(BAYS);
  await registerBays(store, all);
  const rounds = Math.ceil((EVENTS - 2 * BAYS) / (2 * BAYS));
  const filled = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    await inParallel(all, 256, async (bay) => {
      await store.append(bay.stream, uplink(bay, round), { expected: 1 + 2 * round });
    });
  }
  console.log(
    `filled ${2 * BAYS * (rounds + 1)} events in ${((performance.now() - filled) / 1000).toFixed(1)} s`,
  );
  const rows: Row[] = [];
  const ratios: Record<string, number> = {};
  // By turns, since other work on the machine comes and goes.
  const bare: Measured[] = [];
  const built = new Map<string, Measured[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(await bareRead());
    for (const [name, list] of built) list.push(await rebuilt(name));
  }
  const reading = middle(bare);
  rows.push(rowOf('bare read', reading, 1));
  for (const [name, list] of built) {
    const measured = middle(list);
    const ratio = Number((measured.rate / reading.rate).toFixed(3));
    ratios[`${name}_of_bare_read`] = ratio;
    rows.push(rowOf(`rebuild ${name}`, measured, ratio));
  }
  console.table(rows);
  console.log(
    JSON.stringify({ bench: 'projections-rebuild', events: reading.events, bays: BAYS, rows, ratios }),
  );
} finally {
  await bench.close();
}

interface Measured {
  readonly events: number;
  readonly rate: number;
  readonly peakMb: number;
}

type Row = Readonly<Record<string, string | number>>;

function rowOf(what: string, { events, rate, peakMb }: Measured, ratio: number): Row {
  return { what, events, 'events/s': Math.round(rate), 'of bare': ratio, 'peak MB': peakMb };
}

function middle(measured: readonly Measured[]): Measured {
  const found = [...measured].sort((a, b) => a.rate - b.rate)[Math.floor(measured.length / 2)];
  if (found === undefined) throw new Error('nothing was measured');
  return found;
}

async function bareRead(): Promise<Measured> {
  const memory = watchMemory();
  const began = performance.now();
  let events = 0;
  for await (const page of store.readAll({ categories: domainCategories })) events += page.length;
  return { events, rate: (events * 1000) / (performance.now() - began), peakMb: memory() };
}

async function rebuilt(name: string): Promise<Measured> {
  const projection = allProjections.find((one) => one.name === name);
  if (projection === undefined) throw new Error(`there is no projection ${name}`);
  const memory = watchMemory();
  const { events, seconds } = await rebuild(projection, { pool, store });
  return { events, rate: events / seconds, peakMb: memory() };
}

function watchMemory(): () => number {
  let peak = 0;
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage().heapUsed);
  };
  const timer = setInterval(look, 100);
  return () => {
    look();
    clearInterval(timer);
    return Math.round(peak / 1e6);
  };
}
