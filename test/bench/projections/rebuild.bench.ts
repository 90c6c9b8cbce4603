/**
 * How fast are read models rebuilt from a long history, beside the bare reading of it? On the Postgres store, and on
 * EventStoreDB where EVENT_STORE_URL names one (best an empty one: everything in it is read). Every run is a process
 * of its own, by turns.
 *
 *     EVENTS=500000 BAYS=5000 ROUNDS=3 npm run bench -- rebuild
 *
 * ALL=1 rebuilds every projection, not `spaces_current` alone.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openEventStoreDb } from '../../../adapters/eventstoredb/index.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { allProjections } from '../../../projections/all-projections.ts';
import { installProjections } from '../../../projections/runner/install.ts';
import { openBenchDatabase } from './database.ts';
import { bays, inParallel, registerBays, uplink } from './history.ts';

const EVENTS = Number(process.env['EVENTS'] ?? 500_000);
const BAYS = Number(process.env['BAYS'] ?? 5_000);
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const names = process.env['ALL'] === undefined ? ['spaces_current'] : allProjections.map((one) => one.name);
const peer = fileURLToPath(new URL('./rebuild-peer.ts', import.meta.url));

interface Measured {
  readonly events: number;
  readonly rate: number;
  readonly peakMb: number;
}

async function fill(store: EventStore): Promise<void> {
  const began = performance.now();
  const all = bays(BAYS);
  await registerBays(store, all);
  const rounds = Math.ceil((EVENTS - 2 * BAYS) / (2 * BAYS));
  for (let round = 0; round < rounds; round += 1) {
    await inParallel(all, 256, async (bay) => {
      await store.append(bay.stream, uplink(bay, round), { expected: 1 + 2 * round });
    });
  }
  console.log(`filled in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

async function measure(what: string, databaseUrl: string, storeUrl: string): Promise<Measured> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    peer,
    what,
    databaseUrl,
    storeUrl,
  ]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Measured;
}

/** The middle one of the rounds, of the bare reading and of each projection. */
async function compare(
  store: string,
  bare: string,
  databaseUrl: string,
  storeUrl: string,
): Promise<Record<string, number>> {
  const runs = new Map<string, Measured[]>([bare, ...names].map((what) => [what, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [what, list] of runs) list.push(await measure(what, databaseUrl, storeUrl));
  }
  const reading = middle(runs.get(bare) ?? []);
  const rows = [...runs].map(([what, list]) => {
    const { events, rate, peakMb } = middle(list);
    const rounds = list.map((one) => Math.round(one.rate)).join(' ');
    return {
      what,
      events,
      'events/s': Math.round(rate),
      'of bare': rate / reading.rate,
      'peak MB': peakMb,
      rounds,
    };
  });
  console.log(store);
  console.table(rows.map((row) => ({ ...row, 'of bare': row['of bare'].toFixed(2) })));
  return Object.fromEntries(
    rows.slice(1).map((row) => [`${store}/${row.what}_of_bare`, Math.round(row['of bare'] * 100) / 100]),
  );
}

function middle(measured: readonly Measured[]): Measured {
  const found = [...measured].sort((a, b) => a.rate - b.rate)[Math.floor(measured.length / 2)];
  if (found === undefined) throw new Error('nothing was measured');
  return found;
}

const bench = await openBenchDatabase();
let ratios: Record<string, number> = {};
try {
  await installProjections(bench.pool, allProjections);
  await fill(bench.store);
  ratios = await compare('postgres', 'bare-read', bench.url, bench.url);
} finally {
  await bench.close();
}
const eventStoreUrl = process.env['EVENT_STORE_URL'] ?? '';
if (/^(esdb|kurrentdb)/.test(eventStoreUrl)) {
  const rows = await openBenchDatabase();
  try {
    await installProjections(rows.pool, allProjections);
    const store = await openEventStoreDb({ url: eventStoreUrl });
    await fill(store);
    await store.close();
    ratios = { ...ratios, ...(await compare('eventstoredb', 'bare-subscription', rows.url, eventStoreUrl)) };
  } finally {
    await rows.close();
  }
} else {
  console.log('eventstoredb: SKIPPED, EVENT_STORE_URL names none');
}
console.log(JSON.stringify({ bench: 'rebuild', ratios }));
