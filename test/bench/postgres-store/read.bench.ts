/**
 * Reading and folding a stream of 1,000 events of 500 bytes, one stream after the other.
 * Knobs: BENCH_SECONDS (per run), BENCH_ROUNDS, BENCH_POSTGRES_URL.
 */
import { randomUUID } from 'node:crypto';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { createEventStoreSchema } from '../../support/event-store-schema.ts';
import { emmettStore } from './emmett.ts';
import { interleaved, measureInChild, report } from './child.ts';
import { sampleEvent } from './sample-event.ts';
import { withBenchServer } from './server.ts';

const seconds = Number(process.env['BENCH_SECONDS'] ?? 3);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const STREAMS = 20;
const EVENTS = 1000;

await withBenchServer(async (newDatabase) => {
  const [ours, theirs] = [await newDatabase(), await newDatabase()];
  const streams = Array.from({ length: STREAMS }, () => streamName('space', randomUUID(), randomUUID()));
  await createEventStoreSchema(ours);
  const store = await openPostgresStore({ connectionString: ours });
  const emmett = emmettStore(theirs);
  for (const stream of streams) {
    const events = Array.from({ length: EVENTS }, (_, n) => sampleEvent(n));
    await store.append(stream, events, { expected: 'no_stream' });
    await emmett.append(stream, events, 0);
  }
  await store.close();
  await emmett.close();
  const databases = { bayledger: ours, emmett: theirs, select: ours };
  const figures = await interleaved(['bayledger', 'emmett', 'select'], rounds, (peer) =>
    measureInChild('./read-peer.ts', peer, databases[peer], seconds, ...streams),
  );
  report('read', 'events/s', figures, {
    'bayledger/emmett': figures.bayledger / figures.emmett,
    'bayledger/select': figures.bayledger / figures.select,
  });
});
