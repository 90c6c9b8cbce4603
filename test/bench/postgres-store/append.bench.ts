/**
 * Appends of one event by 32 callers, each with a stream of its own and exact revisions.
 * Knobs: BENCH_SECONDS (per run), BENCH_ROUNDS, BENCH_CALLERS, BENCH_POSTGRES_URL.
 */
import { createEventStoreSchema } from '../../support/event-store-schema.ts';
import { interleaved, measureInChild, report } from './child.ts';
import { withBenchServer } from './server.ts';

const seconds = Number(process.env['BENCH_SECONDS'] ?? 5);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const callers = Number(process.env['BENCH_CALLERS'] ?? 32);

await withBenchServer(async (newDatabase) => {
  const databases = {
    bayledger: await newDatabase(),
    emmett: await newDatabase(),
    insert: await newDatabase(),
  };
  await createEventStoreSchema(databases.bayledger);
  const figures = await interleaved(['bayledger', 'emmett', 'insert'], rounds, (peer) =>
    measureInChild('./append-peer.ts', peer, databases[peer], seconds, callers),
  );
  report('append', `appends/s (${callers} callers)`, figures, {
    'bayledger/emmett': figures.bayledger / figures.emmett,
    'bayledger/insert': figures.bayledger / figures.insert,
  });
});
