/** One contender of catch-up.bench.ts in a process of its own: PEER URL → events per second over the whole log. */
import pg from 'pg';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { domainCategories, type Category } from '../../../application/ports/event-store/categories.ts';

const [name = '', url = ''] = process.argv.slice(2);
const PAGE = 5000;

/** A subscription from the start until it says that it has caught up; every event decoded, touched and let go. */
async function subscription(categories: readonly Category[]): Promise<number> {
  const store = await openPostgresStore({ connectionString: url });
  const stop = new AbortController();
  let events = 0;
  for await (const message of store.subscribe({ categories, from: 'start', signal: stop.signal })) {
    if (message.type === 'caught-up') stop.abort();
    if (message.type !== 'events') continue;
    for (const event of message.events) if (event.revision >= 0) events += 1;
  }
  await store.close();
  return events;
}

/** The columns and nothing else, page by page: no parsing of JSON, of numbers, or of times. */
async function select(): Promise<number> {
  const client = new pg.Client({
    connectionString: url,
    types: { getTypeParser: () => (value: string) => value },
  });
  await client.connect();
  const text = `SELECT position, stream, revision, created, id, type, data, metadata FROM event_store.events
                WHERE position > $1 ORDER BY position LIMIT ${PAGE}`;
  let events = 0;
  for (let from = '0'; ;) {
    const { rows } = await client.query<[string]>({ name: 'page', text, values: [from], rowMode: 'array' });
    events += rows.length;
    from = rows.at(-1)?.[0] ?? from;
    if (rows.length < PAGE) break;
  }
  await client.end();
  return events;
}

const peers: Record<string, () => Promise<number>> = {
  subscription: () => subscription(domainCategories),
  filtered: () => subscription(['space', 'site']),
  select,
};
const read = peers[name];
if (read === undefined) throw new Error(`no such peer: ${name}`);
const began = performance.now();
const events = await read();
console.log(events / ((performance.now() - began) / 1000));
