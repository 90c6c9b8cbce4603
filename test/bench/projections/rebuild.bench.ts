// How fast are read models rebuilt from a long history, beside the bare reading of it?
// Knobs: EVENTS (500000), BAYS (5000), ALL=1 rebuilds every projection, not spaces_current alone.
import { domainCategories } from '../../../application/ports/event-store/categories.ts';
import { allProjections } from '../../../projections/all-projections.ts';
import { installProjections } from '../../../projections/runner/install.ts';
import { rebuild } from '../../../projections/runner/rebuild.ts';
import { openBenchDatabase } from './database.ts';
import { bays, inParallel, registerBays, uplink } from './history.ts';

const EVENTS = Number(process.env['EVENTS'] ?? 500_000);
const BAYS = Number(process.env['BAYS'] ?? 5_000);
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
  const rows: Record<string, unknown>[] = [];
  const bare = await bareRead();
  rows.push({
    what: 'bare read',
    events: bare.events,
    'events/s': Math.round(bare.rate),
    'of bare': 1,
    'peak MB': bare.peakMb,
  });
  const ratios: Record<string, number> = {};
  for (const name of names) {
    const projection = allProjections.find((one) => one.name === name);
    if (projection === undefined) continue;
    const memory = watchMemory();
    const { events, seconds } = await rebuild(projection, { pool, store });
    const rate = events / seconds;
    ratios[`${name}_of_bare_read`] = Number((rate / bare.rate).toFixed(3));
    rows.push({
      what: `rebuild ${name}`,
      events,
      'events/s': Math.round(rate),
      'of bare': ratios[`${name}_of_bare_read`],
      'peak MB': memory(),
    });
  }
  console.table(rows);
  console.log(
    JSON.stringify({ bench: 'projections-rebuild', events: bare.events, bays: BAYS, rows, ratios }),
  );
} finally {
  await bench.close();
}

async function bareRead(): Promise<{ events: number; rate: number; peakMb: number }> {
  const memory = watchMemory();
  const began = performance.now();
  let events = 0;
  for await (const page of store.readAll({ categories: domainCategories })) events += page.length;
  return { events, rate: (events * 1000) / (performance.now() - began), peakMb: memory() };
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
