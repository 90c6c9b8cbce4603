/**
 * Frames of one tenant by 32 callers, each waiting until its frame is durable: through the intake (all that wait go
 * in one append) and as one append per frame. On the Postgres store, and on EventStoreDB where EVENT_STORE_URL names
 * one.
 *
 *     CALLERS=32 SECONDS=4 ROUNDS=3 npm run bench -- frames-append
 */
import { createHash, randomUUID } from 'node:crypto';
import { openEventStoreDb } from '../../../adapters/eventstoredb/index.ts';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { migrateUp } from '../../../adapters/read-database/migrations.ts';
import { deliveryKeyOf, frameEvent, frameReceived } from '../../../application/intake/frame.ts';
import { Intake } from '../../../application/intake/intake.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { withBenchServer } from '../postgres-store/server.ts';
import { received, uplinkBody } from './sample-uplink.ts';

const CALLERS = Number(process.env['CALLERS'] ?? 32);
const SECONDS = Number(process.env['SECONDS'] ?? 4);
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const hashBody = (body: string) => createHash('sha256').update(body).digest('hex');

type Send = (tenantId: string, body: string, devEui: string, fCnt: number) => Promise<unknown>;

function batched(store: EventStore): Send {
  const intake = new Intake({ store, softwareVersion: 'bench', hashBody, newEventId: randomUUID });
  return (tenantId, body, devEui, fCnt) => intake.receive(tenantId, received(body, devEui, fCnt));
}

function single(store: EventStore): Send {
  return (tenantId, body, devEui, fCnt) => {
    const message = received(body, devEui, fCnt);
    const data = frameReceived(tenantId, message, deliveryKeyOf(message, hashBody));
    const event = frameEvent(randomUUID(), tenantId, data, message, 'bench');
    const day = message.receivedAt.slice(0, 10).replaceAll('-', '');
    return store.append(streamName('frames', tenantId, day), [event], { expected: 'any' });
  };
}

async function framesPerSecond(send: Send): Promise<number> {
  const tenantId = randomUUID();
  let stored = 0;
  let counting = false;
  let going = true;
  const caller = async (index: number): Promise<void> => {
    const devEui = index.toString(16).padStart(16, '0');
    const body = uplinkBody(devEui, index, new Date().toISOString());
    for (let fCnt = 0; going; fCnt += 1) {
      await send(tenantId, body, devEui, fCnt);
      if (counting) stored += 1;
    }
  };
  const callers = Array.from({ length: CALLERS }, (_, index) => caller(index));
  await pause(500);
  counting = true;
  const began = performance.now();
  await pause(SECONDS * 1000);
  const seconds = (performance.now() - began) / 1000;
  going = false;
  await Promise.all(callers);
  return stored / seconds;
}

async function compare(name: string, store: EventStore): Promise<Record<string, number>> {
  const figures = { batched: [] as number[], single: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    figures.batched.push(await framesPerSecond(batched(store)));
    figures.single.push(await framesPerSecond(single(store)));
  }
  const result = { batched: median(figures.batched), single: median(figures.single) };
  console.log(`${name}: frames/s with ${CALLERS} callers, one tenant`);
  console.table({ 'all that wait in one append': result.batched, 'one append per frame': result.single });
  return { [`${name}/batched_per_single`]: Math.round((result.batched / result.single) * 100) / 100 };
}

function median(values: readonly number[]): number {
  return Math.round([...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

let ratios: Record<string, number> = {};
await withBenchServer(async (newDatabase) => {
  const url = await newDatabase();
  await migrateUp({ databaseUrl: url });
  const store = await openPostgresStore({ connectionString: url });
  ratios = await compare('postgres', store);
  await store.close();
});
const eventStoreUrl = process.env['EVENT_STORE_URL'] ?? '';
if (/^(esdb|kurrentdb)/.test(eventStoreUrl)) {
  const store = await openEventStoreDb({ url: eventStoreUrl });
  ratios = { ...ratios, ...(await compare('eventstoredb', store)) };
  await store.close();
} else {
  console.log('eventstoredb: SKIPPED, EVENT_STORE_URL names none');
}
console.log(JSON.stringify({ bench: 'frames-append', ratios }));
