/**
 * From the intake to the recorded change of the space, all in one process on the Postgres store (fsync on): how many
 * changes a second at most, and how long one takes at a steady rate.
 *
 *     DEVICES=500 FRAMES=10000 RATE=500 SECONDS=8 npm run bench -- frames-to-facts
 */
import pg from 'pg';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { migrateUp } from '../../../adapters/read-database/migrations.ts';
import { PostgresSensorTables } from '../../../adapters/sensor-tables/postgres-sensor-tables.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { AnyCarPark } from '../../unit/sensor-process/car-park.ts';
import { withBenchServer } from '../postgres-store/server.ts';
import { summarise } from '../system/histogram.ts';

const DEVICES = Number(process.env['DEVICES'] ?? 500);
const FRAMES = Number(process.env['FRAMES'] ?? 10_000);
const RATE = Number(process.env['RATE'] ?? 500);
const SECONDS = Number(process.env['SECONDS'] ?? 8);

type Park = AnyCarPark<EventStore, PostgresSensorTables>;

class Sensors {
  readonly #park: Park;
  readonly #counts = new Map<string, number>();
  readonly sentAt = new Map<string, number>();

  constructor(park: Park) {
    this.#park = park;
  }

  async toggle(device: number): Promise<void> {
    const devEui = device.toString(16).padStart(16, '0');
    const fCnt = (this.#counts.get(devEui) ?? 0) + 1;
    this.#counts.set(devEui, fCnt);
    const time = new Date().toISOString() as Instant;
    this.#park.now = time;
    const body = {
      time,
      deviceInfo: { devEui },
      devAddr: '01020304',
      fCnt,
      fPort: 1,
      data: fCnt % 2 === 1 ? 'AQ==' : 'AA==',
      rxInfo: [{ nsTime: time }],
      padding: 'x'.repeat(900),
    };
    const began = performance.now();
    const { frameId } = await this.#park.sendBody('up', body, time);
    this.sentAt.set(frameId, began);
  }
}

/** As many as will go, with so many senders. */
async function throughput(park: Park, sensors: Sensors): Promise<number> {
  const began = performance.now();
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < FRAMES) await sensors.toggle(next++ % DEVICES);
  };
  await Promise.all(Array.from({ length: 64 }, sender));
  const stored = performance.now();
  await park.settle(undefined, 120_000);
  const seconds = (performance.now() - began) / 1000;
  console.log(`${FRAMES} frames: stored after ${((stored - began) / 1000).toFixed(1)} s`);
  return FRAMES / seconds;
}

async function latencies(park: Park, sensors: Sensors): Promise<number[]> {
  const stop = new AbortController();
  const found: number[] = [];
  const head = await park.store.head('domain');
  const watching = (async () => {
    const messages = park.store.subscribe({ categories: ['space'], from: head, signal: stop.signal });
    for await (const message of messages) {
      if (message.type !== 'events') continue;
      for (const { type, metadata } of message.events) {
        const correlation = metadata['$correlationId'];
        const began = typeof correlation === 'string' ? sensors.sentAt.get(correlation) : undefined;
        if (type === 'OccupancyChanged' && began !== undefined) found.push(performance.now() - began);
      }
    }
  })();
  const sends: Promise<void>[] = [];
  const began = performance.now();
  for (let sent = 0; sent < RATE * SECONDS; sent += 1) {
    const due = began + (sent * 1000) / RATE;
    while (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, 1));
    sends.push(sensors.toggle(sent % DEVICES));
  }
  await Promise.all(sends);
  await park.settle(undefined, 120_000);
  await new Promise((resolve) => setTimeout(resolve, 300));
  stop.abort();
  await watching;
  return found;
}

await withBenchServer(async (newDatabase) => {
  const url = await newDatabase();
  await migrateUp({ databaseUrl: url });
  const store = await openPostgresStore({ connectionString: url });
  const pool = new pg.Pool({ connectionString: url });
  pool.on('error', () => undefined);
  const park: Park = new AnyCarPark<EventStore, PostgresSensorTables>(store, new PostgresSensorTables(pool));
  const codes = Array.from({ length: DEVICES }, (_, index) => `B${index}`);
  await park.open(codes);
  await Promise.all(codes.map((code, index) => park.assign(index.toString(16).padStart(16, '0'), code)));
  park.start({ commitIntervalMs: 20, leaseMs: 10_000, headIntervalMs: 1_000 });
  await park.settle(undefined, 120_000);
  const sensors = new Sensors(park);
  for (let device = 0; device < DEVICES; device += 1) await sensors.toggle(device);
  await park.settle(undefined, 120_000);
  const perSecond = Math.round(await throughput(park, sensors));
  const { n, p50, p95, p99, max } = summarise(await latencies(park, sensors));
  await park.end();
  await pool.end();
  await store.close();
  const figures = {
    changes_per_s: perSecond,
    measured: n,
    p50_ms: p50,
    p95_ms: p95,
    p99_ms: p99,
    max_ms: max,
  };
  console.log(`frames to recorded changes; latencies at ${RATE} changes/s`);
  console.table(figures);
  console.log(JSON.stringify({ bench: 'frames-to-facts', figures }));
});
