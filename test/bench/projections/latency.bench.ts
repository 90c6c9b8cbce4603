// From the append of an uplink's events to the moment when every read model has them, at a steady rate.
// Knobs: RATE (500 uplinks a second), SECONDS (20), BAYS (2000).
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { allProjections } from '../../../projections/all-projections.ts';
import { PROGRESS_CHANNEL } from '../../../projections/runner/apply-batch.ts';
import { installProjections } from '../../../projections/runner/install.ts';
import { ProjectionRunner } from '../../../projections/runner/runner.ts';
import { openBenchDatabase } from './database.ts';
import { bays, registerBays, uplink } from './history.ts';

const RATE = Number(process.env['RATE'] ?? 500);
const SECONDS = Number(process.env['SECONDS'] ?? 20);
const BAYS = Number(process.env['BAYS'] ?? 2_000);

const bench = await openBenchDatabase();
const { pool, store } = bench;
const stopping = new AbortController();
try {
  await installProjections(pool, allProjections);
  const all = bays(BAYS);
  await registerBays(store, all);
  const runner = new ProjectionRunner({
    pool,
    store,
    projections: allProjections,
    onProblem: (problem, error) => console.error(problem, error),
  });
  const running = runner.run(stopping.signal);
  await caughtUp();
  const figures = await measure(all);
  stopping.abort();
  await running;
  console.table([figures]);
  console.log(JSON.stringify({ bench: 'projections-latency', rate: RATE, ...figures, ratios: {} }));
} finally {
  stopping.abort();
  await bench.close();
}

async function measure(all: ReturnType<typeof bays>): Promise<Record<string, number>> {
  const open: { readonly commit: bigint; readonly at: number }[] = [];
  const delays: number[] = [];
  const listener = new pg.Client({ connectionString: bench.url });
  await listener.connect();
  await listener.query(`LISTEN ${PROGRESS_CHANNEL}`);
  listener.on('notification', () => void settle());
  const settle = async (): Promise<void> => {
    const reached = await slowest();
    const now = performance.now();
    while (open[0] !== undefined && open[0].commit <= reached) delays.push(now - (open.shift()?.at ?? now));
  };
  const rounds = new Map<number, number>();
  const began = performance.now();
  const total = RATE * SECONDS;
  const appends: Promise<void>[] = [];
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * RATE));
    for (; sent < due; sent += 1) appends.push(send(sent % all.length));
    await sleep(2);
  }
  await Promise.all(appends);
  for (const until = performance.now() + 5000; open.length > 0 && performance.now() < until;) {
    await sleep(20);
    await settle();
  }
  await listener.end();
  delays.sort((a, b) => a - b);
  const at = (share: number): number => Math.round(delays[Math.floor(delays.length * share)] ?? NaN);
  return { uplinks: delays.length, lost: open.length, p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99) };

  async function send(index: number): Promise<void> {
    const bay = all[index];
    if (bay === undefined) return;
    const round = rounds.get(index) ?? 0;
    rounds.set(index, round + 1);
    const sentAt = performance.now();
    const { position } = await store.append(bay.stream, uplink(bay, round), { expected: 1 + 2 * round });
    if (position === null) return;
    open.push({ commit: position.commit, at: sentAt });
  }
}

async function slowest(): Promise<bigint> {
  const found = await pool.query<{ reached: string }>(
    'SELECT min(coalesce(commit_position, 0)) AS reached FROM projection.checkpoints',
  );
  return BigInt(found.rows[0]?.reached ?? 0);
}

async function caughtUp(): Promise<void> {
  const head = await store.head('domain');
  while ((await slowest()) < head.commit) await sleep(20);
}
