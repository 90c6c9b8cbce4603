/**
 * `POST /uplink` to the durable frame: the route, the intake and the store in one process, the load in this one.
 * On the Postgres store (fsync on), and on EventStoreDB where EVENT_STORE_URL names one.
 *
 *     CONNECTIONS=64 SECONDS=8 npm run bench -- uplink-http
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { migrateUp } from '../../../adapters/read-database/migrations.ts';
import { withBenchServer } from '../postgres-store/server.ts';
import { summarise } from '../system/histogram.ts';
import { post } from './load.ts';
import { uplinkBody } from './sample-uplink.ts';

const CONNECTIONS = Number(process.env['CONNECTIONS'] ?? 64);
const SECONDS = Number(process.env['SECONDS'] ?? 8);

async function measure(storeUrl: string): Promise<Record<string, number>> {
  const script = fileURLToPath(new URL('./uplink-server.ts', import.meta.url));
  const server = spawn(process.execPath, ['--import', 'tsx', script, storeUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = await new Promise<number>((resolve, reject) => {
      server.once('exit', (code) => reject(new Error(`the server ended with ${code ?? 'a signal'}`)));
      server.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString().trim())));
    });
    const time = new Date().toISOString();
    const load = await post(port, '/uplink?event=up', CONNECTIONS, SECONDS, (connection, count) =>
      uplinkBody(connection.toString(16).padStart(16, '0'), count, time),
    );
    const { p50, p95, p99, max } = summarise(load.latencies);
    if (load.failures > 0) process.exitCode = 1;
    return {
      per_s: Math.round(load.perSecond),
      p50_ms: p50,
      p95_ms: p95,
      p99_ms: p99,
      max_ms: max,
      failures: load.failures,
    };
  } finally {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
  }
}

const figures: Record<string, Record<string, number>> = {};
await withBenchServer(async (newDatabase) => {
  const url = await newDatabase();
  await migrateUp({ databaseUrl: url });
  figures['postgres'] = await measure(url);
});
const eventStoreUrl = process.env['EVENT_STORE_URL'] ?? '';
if (/^(esdb|kurrentdb)/.test(eventStoreUrl)) figures['eventstoredb'] = await measure(eventStoreUrl);
else console.log('eventstoredb: SKIPPED, EVENT_STORE_URL names none');
console.log(`uplinks/s over ${CONNECTIONS} connections, answered when durable`);
console.table(figures);
console.log(JSON.stringify({ bench: 'uplink-http', figures }));
