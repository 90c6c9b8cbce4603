/**
 * A subscription that reads the whole log from its start, beside the bare statement over the same rows.
 * Knobs: BENCH_EVENTS, BENCH_ROUNDS, BENCH_POSTGRES_URL.
 */
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { createEventStoreSchema } from '../../support/event-store-schema.ts';
import { interleaved, measureInChild, report } from './child.ts';
import { seedSpaceEvents } from './seed.ts';
import { withBenchServer } from './server.ts';

const events = Number(process.env['BENCH_EVENTS'] ?? 500_000);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);

await withBenchServer(async (newDatabase) => {
  const url = await newDatabase();
  await createEventStoreSchema(url);
  const store = await openPostgresStore({ connectionString: url });
  const began = performance.now();
  await seedSpaceEvents(store, events);
  const seconds = (performance.now() - began) / 1000;
  console.log(`seeded ${events} events at ${Math.round(events / seconds)}/s`);
  await store.close();
  const figures = await interleaved(['subscription', 'filtered', 'select'], rounds, (peer) =>
    measureInChild('./catch-up-peer.ts', peer, url),
  );
  report('catch-up', 'events/s', figures, {
    'subscription/select': figures.subscription / figures.select,
    'filtered/select': figures.filtered / figures.select,
  });
});
