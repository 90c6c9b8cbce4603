/**
 * Appends while somebody elsewhere in the database keeps a snapshot open, as a rebuild or a backup does, beside appends
 * without it. A design that updates a row per append slows down here until it stands; this one must not notice.
 * Knobs: BENCH_SECONDS (per run), BENCH_ROUNDS, BENCH_CALLERS, BENCH_POSTGRES_URL.
 */
import pg from 'pg';
import { createEventStoreSchema } from '../../support/event-store-schema.ts';
import { interleaved, measureInChild, report } from './child.ts';
import { withBenchServer } from './server.ts';

const seconds = Number(process.env['BENCH_SECONDS'] ?? 10);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const callers = Number(process.env['BENCH_CALLERS'] ?? 32);

await withBenchServer(async (newDatabase) => {
  const url = await newDatabase();
  await createEventStoreSchema(url);
  const measure = (): Promise<number> =>
    measureInChild('./append-peer.ts', 'bayledger', url, seconds, callers);
  const figures = await interleaved(['undisturbed', 'beside a snapshot'], rounds, async (contender) => {
    if (contender === 'undisturbed') return measure();
    const snapshot = new pg.Client({ connectionString: url });
    await snapshot.connect();
    await snapshot.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM event_store.events');
    const rate = await measure();
    await snapshot.end();
    return rate;
  });
  report('open-snapshot', `appends/s (${callers} callers)`, figures, {
    'beside a snapshot/undisturbed': figures['beside a snapshot'] / figures.undisturbed,
  });
});
