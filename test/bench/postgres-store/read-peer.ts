/** One contender of read.bench.ts in a process of its own: PEER URL SECONDS STREAM… → events read and folded per second. */
import pg from 'pg';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { emmettStore } from './emmett.ts';

interface Peer {
  /** Reads a stream from its first event to its last and answers how many there were. */
  fold(stream: string): Promise<number>;
  close(): Promise<void>;
}

const [name = '', url = '', seconds = '3', ...streams] = process.argv.slice(2);

/** As little as a fold can do: touch each event. */
interface State {
  events: number;
  occupied: number;
}

function evolve(state: State, event: { readonly data: { readonly [key: string]: unknown } }): State {
  state.events += 1;
  if (event.data['occupied'] === true) state.occupied += 1;
  return state;
}

async function bayledger(): Promise<Peer> {
  const store = await openPostgresStore({ connectionString: url });
  return {
    fold: async (stream) => {
      let state: State = { events: 0, occupied: 0 };
      for await (const page of store.readStream(stream as StreamName)) {
        for (const event of page) state = evolve(state, event);
      }
      return state.events;
    },
    close: () => store.close(),
  };
}

function emmett(): Promise<Peer> {
  const store = emmettStore(url);
  return Promise.resolve({
    fold: async (stream) => {
      let state: State = { events: 0, occupied: 0 };
      for (const event of await store.read(stream)) state = evolve(state, event);
      return state.events;
    },
    close: () => store.close(),
  });
}

/** The columns and nothing else: no parsing of JSON, of numbers, or of times. */
async function select(): Promise<Peer> {
  const client = new pg.Client({
    connectionString: url,
    types: { getTypeParser: () => (value: string) => value },
  });
  await client.connect();
  const text = `SELECT e.position, e.revision, e.created, e.id, e.type, e.data, e.metadata
                FROM event_store.events e
                WHERE e.stream = (SELECT s.id FROM event_store.streams s WHERE s.name = $1)
                ORDER BY e.revision`;
  return {
    fold: async (stream) => {
      const { rows } = await client.query({ name: 'select', text, values: [stream], rowMode: 'array' });
      return rows.length;
    },
    close: () => client.end(),
  };
}

const peers: Record<string, () => Promise<Peer>> = { bayledger, emmett, select };
const open = peers[name];
if (open === undefined) throw new Error(`no such peer: ${name}`);
const peer = await open();
const run = async (ms: number): Promise<number> => {
  const began = performance.now();
  let events = 0;
  for (let n = 0; performance.now() - began < ms; n += 1) {
    const folded = await peer.fold(streams[n % streams.length] ?? '');
    events += folded;
  }
  return events / ((performance.now() - began) / 1000);
};
await run(1000);
const rate = await run(Number(seconds) * 1000);
await peer.close();
console.log(rate);
