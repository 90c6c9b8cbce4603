/** One contender of append.bench.ts in a process of its own: PEER URL SECONDS CALLERS → appends per second. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { emmettStore } from './emmett.ts';
import { sampleEvent } from './sample-event.ts';

interface Peer {
  /** A caller with a stream of its own: each call appends one event at the revision that it expects. */
  caller(): (n: number) => Promise<unknown>;
  close(): Promise<void>;
}

const [name = '', url = '', seconds = '5', callers = '32'] = process.argv.slice(2);

async function bayledger(): Promise<Peer> {
  const store = await openPostgresStore({ connectionString: url });
  return {
    caller: () => {
      const stream = streamName('space', randomUUID(), randomUUID());
      return (n) => store.append(stream, [sampleEvent(n)], { expected: n === 0 ? 'no_stream' : n - 1 });
    },
    close: () => store.close(),
  };
}

function emmett(): Promise<Peer> {
  const store = emmettStore(url);
  return Promise.resolve({
    caller: () => {
      const stream = `space-${randomUUID()}`;
      return (n) => {
        const { type, data, metadata } = sampleEvent(n);
        return store.append(stream, [{ type, data, metadata }], n);
      };
    },
    close: () => store.close(),
  });
}

/** The least that an append can be: one prepared INSERT on a pool, the revision checked by a unique index. */
async function insert(): Promise<Peer> {
  const pool = new pg.Pool({ connectionString: url, max: Number(callers) });
  await pool.query(`CREATE TABLE IF NOT EXISTS plain_events (
    position bigserial PRIMARY KEY, stream text NOT NULL, revision bigint NOT NULL, id uuid NOT NULL,
    type text NOT NULL, data text NOT NULL, metadata text NOT NULL,
    created timestamptz NOT NULL DEFAULT clock_timestamp(), UNIQUE (stream, revision))`);
  const text = `INSERT INTO plain_events (stream, revision, id, type, data, metadata)
                VALUES ($1, $2, $3, $4, $5, $6) RETURNING position`;
  return {
    caller: () => {
      const stream = `space-${randomUUID()}`;
      return (n) => {
        const { id, type, data, metadata } = sampleEvent(n);
        const values = [stream, n, id, type, JSON.stringify(data), JSON.stringify(metadata)];
        return pool.query({ name: 'insert', text, values });
      };
    },
    close: () => pool.end(),
  };
}

const peers: Record<string, () => Promise<Peer>> = { bayledger, emmett, insert };
const open = peers[name];
if (open === undefined) throw new Error(`no such peer: ${name}`);
const peer = await open();
let counting = false;
let ended = false;
let done = 0;
const running = Array.from({ length: Number(callers) }, async () => {
  const append = peer.caller();
  for (let n = 0; !ended; n += 1) {
    await append(n);
    if (counting) done += 1;
  }
});
await new Promise((resolve) => setTimeout(resolve, 1000));
counting = true;
const began = performance.now();
await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
const rate = done / ((performance.now() - began) / 1000);
ended = true;
await Promise.all(running);
await peer.close();
console.log(rate);
