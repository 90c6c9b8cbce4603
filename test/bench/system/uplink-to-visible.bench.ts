/**
 * From the frame's POST to the space's GET: the real program as one process (embedded Postgres with fsync, or
 * EVENT_STORE_URL), 500 uplinks a second, one in five changes the occupancy of its bay. This process sends the frames
 * and polls each changed bay until the API shows the change.
 *
 *     RATE=500 SECONDS=30 DEVICES=500 npm run bench -- uplink-to-visible
 */
import { randomUUID } from 'node:crypto';
import { HttpClient } from './http-client.ts';
import { picture, summarise } from './histogram.ts';
import { startProgram } from './program.ts';

const RATE = Number(process.env['RATE'] ?? 500);
const SECONDS = Number(process.env['SECONDS'] ?? 20);
const DEVICES = Number(process.env['DEVICES'] ?? 500);
const CHANGES_EVERY = 5;
const POLL_MS = 4;
const LIMIT_MS = 10_000;

interface Bay {
  readonly spaceId: string;
  readonly devEui: string;
  occupied: boolean;
  fCnt: number;
  /** A change is on its way: the bay sends heartbeats only until it was seen. */
  watched: boolean;
}

interface Hops {
  readonly answered: number[];
  readonly recorded: number[];
  readonly shown: number[];
  readonly whole: number[];
}

const program = await startProgram(
  process.env['EVENT_STORE_URL'] === undefined ? {} : { EVENT_STORE_URL: process.env['EVENT_STORE_URL'] },
);
try {
  const { api_key: key } = await program.verb<{ api_key: string }>('tenant', 'create', '--name', 'Bench');
  const client = new HttpClient(program.url, key, 64);
  const bays = await registerBays(client);
  await warmUp(client, bays);
  const hops = await measure(client, bays);
  report(hops);
  client.close();
} finally {
  await program.stop();
}

async function registerBays(client: HttpClient): Promise<Bay[]> {
  const site = JSON.parse(
    (await client.post('/api/v1/sites', { name: 'Bench', time_zone: 'Europe/Paris' })).body,
  ) as {
    id: string;
  };
  const bays: Bay[] = [];
  const register = async (n: number) => {
    const devEui = (0xb0b0000000000000n + BigInt(n)).toString(16);
    await expectOk(
      client.post('/api/v1/devices', { dev_eui: devEui, device_type: 'bosch-tps110-0.29', kind: 'sensor' }),
    );
    const space = await expectOk(
      client.post('/api/v1/spaces', { site_id: site.id, code: `B-${n}`, name: `Bay ${n}` }),
    );
    const { id } = JSON.parse(space) as { id: string };
    await expectOk(client.put(`/api/v1/spaces/${id}/sensor`, { dev_eui: devEui }));
    bays.push({ spaceId: id, devEui, occupied: false, fCnt: 0, watched: false });
  };
  const numbers = Array.from({ length: DEVICES }, (_, n) => n)[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (const n of numbers) await register(n);
    }),
  );
  return bays;
}

async function expectOk(answer: Promise<{ status: number; body: string }>): Promise<string> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status}: ${body}`);
  return body;
}

function frame(bay: Bay, kind: 'status' | 'heartbeat'): unknown {
  bay.fCnt += 1;
  return {
    deduplicationId: randomUUID(),
    time: new Date().toISOString(),
    deviceInfo: { devEui: bay.devEui, deviceName: bay.devEui },
    devAddr: '01020304',
    fCnt: bay.fCnt,
    fPort: kind === 'status' ? 1 : 2,
    data: Buffer.from([bay.occupied ? 1 : 0]).toString('base64'),
    rxInfo: [{ gatewayId: '0016c001ff10a235', rssi: -80, snr: 7.5 }],
    txInfo: { frequency: 868100000 },
  };
}

const send = (client: HttpClient, bay: Bay, kind: 'status' | 'heartbeat') =>
  client.post('/api/v1/uplink?event=up', frame(bay, kind));

/** Every bay is heard once, so that each later change is a change. */
async function warmUp(client: HttpClient, bays: readonly Bay[]): Promise<void> {
  for (const bay of bays) await expectOk(send(client, bay, 'status'));
  const last = bays.at(-1);
  if (last !== undefined) await untilShown(client, last.spaceId, 'VACANT');
}

async function measure(client: HttpClient, bays: readonly Bay[]): Promise<Hops> {
  const hops: Hops = { answered: [], recorded: [], shown: [], whole: [] };
  const running = new Set<Promise<void>>();
  const begin = performance.now();
  const total = RATE * SECONDS;
  for (let n = 0; n < total; n += 1) {
    const wait = begin + (n * 1000) / RATE - performance.now();
    if (wait > 1) {
      await new Promise((resolve) => {
        setTimeout(resolve, wait);
      });
    }
    const bay = bays[n % bays.length];
    if (bay === undefined) continue;
    // A different fifth of the bays changes in each round.
    const changes = (n + Math.floor(n / bays.length)) % CHANGES_EVERY === 0 && !bay.watched;
    const task = changes ? change(client, bay, hops) : heartbeat(client, bay, hops);
    running.add(task);
    void task.finally(() => running.delete(task));
  }
  await Promise.all(running);
  return hops;
}

async function heartbeat(client: HttpClient, bay: Bay, hops: Hops): Promise<void> {
  const start = performance.now();
  await expectOk(send(client, bay, 'heartbeat'));
  hops.answered.push(performance.now() - start);
}

async function change(client: HttpClient, bay: Bay, hops: Hops): Promise<void> {
  bay.watched = true;
  bay.occupied = !bay.occupied;
  const start = performance.now();
  await expectOk(send(client, bay, 'status'));
  hops.answered.push(performance.now() - start);
  await untilShown(client, bay.spaceId, bay.occupied ? 'OCCUPIED' : 'VACANT');
  hops.whole.push(performance.now() - start);
  bay.watched = false;
}

async function untilShown(client: HttpClient, spaceId: string, value: string): Promise<void> {
  const giveUp = performance.now() + LIMIT_MS;
  while (performance.now() < giveUp) {
    const space = JSON.parse(await expectOk(client.get(`/api/v1/spaces/${spaceId}`))) as {
      occupancy: { value: string };
    };
    if (space.occupancy.value === value) return;
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS);
    });
  }
  throw new Error(`${spaceId} did not become ${value} within ${LIMIT_MS} ms`);
}

function report(hops: Hops): void {
  const figures = { post: summarise(hops.answered), whole: summarise(hops.whole) };
  console.log(`POST to durable frame  ${JSON.stringify(figures.post)}`);
  console.log(`POST to visible change ${JSON.stringify(figures.whole)}`);
  for (const line of picture(hops.whole)) console.log(line);
  console.log(
    JSON.stringify({ bench: 'uplink-to-visible', rate: RATE, seconds: SECONDS, devices: DEVICES, figures }),
  );
}
