/**
 * A writer in a process of its own: URL CALLERS EVENTS. Each caller appends so many events to a stream of its own, one by
 * one at exact revisions. Says `ready` when its first append was answered, and at the end how many were acknowledged.
 */
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { freshStream, samples } from '../../contract/event-store/samples.ts';

const [url = '', callers = '1', events = '1'] = process.argv.slice(2);
const store = await openPostgresStore({ connectionString: url, applicationName: `writer ${process.pid}` });
let acknowledged = 0;
await Promise.all(
  Array.from({ length: Number(callers) }, async () => {
    const stream = freshStream();
    for (let n = 0; n < Number(events); n += 1) {
      const expected = n === 0 ? 'no_stream' : n - 1;
      await store.append(stream, samples(1, n), { expected, timeoutMs: 30_000 });
      if (acknowledged === 0) console.log('ready');
      acknowledged += 1;
    }
  }),
);
await store.close();
console.log(acknowledged);
