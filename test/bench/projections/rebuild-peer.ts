/**
 * One contender of rebuild.bench.ts in a process of its own: WHAT DATABASE_URL STORE_URL. WHAT is the name of a
 * projection, `bare-read` (our store, every event decoded and let go) or `bare-subscription` (EventStoreDB's client
 * alone, the same filter). Prints what was measured as one line of JSON.
 */
import { EventStoreDBClient, streamNameFilter } from '@eventstore/db-client';
import { openEventStoreDb } from '../../../adapters/eventstoredb/index.ts';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { createWritePool } from '../../../adapters/read-database/index.ts';
import { domainCategories } from '../../../application/ports/event-store/categories.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { allProjections } from '../../../projections/all-projections.ts';
import { rebuild } from '../../../projections/runner/rebuild.ts';

const [what = '', databaseUrl = '', storeUrl = ''] = process.argv.slice(2);
const openStore = (): Promise<EventStore> =>
  storeUrl.startsWith('postgres')
    ? openPostgresStore({ connectionString: storeUrl })
    : openEventStoreDb({ url: storeUrl });

interface Run {
  readonly events: number;
  readonly seconds: number;
}

async function bareRead(): Promise<Run> {
  const store = await openStore();
  const began = performance.now();
  let events = 0;
  for await (const page of store.readAll({ categories: domainCategories })) events += page.length;
  const seconds = (performance.now() - began) / 1000;
  await store.close();
  return { events, seconds };
}

async function bareSubscription(): Promise<Run> {
  const client = EventStoreDBClient.connectionString(storeUrl);
  const began = performance.now();
  let events = 0;
  const subscription = client.subscribeToAll({
    fromPosition: 'start',
    filter: streamNameFilter({ prefixes: domainCategories.map((category) => `${category}-`) }),
  });
  const caughtUp = new Promise<void>((resolve) => subscription.on('caughtUp', () => resolve()));
  subscription.on('data', ({ event }) => {
    if (event !== undefined) events += 1;
  });
  await caughtUp;
  const seconds = (performance.now() - began) / 1000;
  await client.dispose();
  return { events, seconds };
}

async function rebuilt(name: string): Promise<Run> {
  const projection = allProjections.find((one) => one.name === name);
  if (projection === undefined) throw new Error(`there is no projection ${name}`);
  const store = await openStore();
  const pool = createWritePool(databaseUrl, { size: 6 });
  const { events, seconds } = await rebuild(projection, { pool, store });
  await store.close();
  await pool.end();
  return { events, seconds };
}

let peak = 0;
const look = (): void => {
  peak = Math.max(peak, process.memoryUsage().heapUsed);
};
setInterval(look, 100).unref();
const run = await (what === 'bare-read'
  ? bareRead()
  : what === 'bare-subscription'
    ? bareSubscription()
    : rebuilt(what));
look();
console.log(
  JSON.stringify({ events: run.events, rate: run.events / run.seconds, peakMb: Math.round(peak / 1e6) }),
);
process.exit(0);
