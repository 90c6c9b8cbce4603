/**
 * From the frame's POST to the space's GET: the real program as one process (embedded Postgres with fsync, or
 * EVENT_STORE_URL), 500 uplinks a second, one in five changes the occupancy of its bay. This process sends the frames
 * and polls each changed bay until the API shows the change.
 *
 * Measured after some seconds of the same load, for a process that has just started compiles what it runs.
 *
 *     RATE=500 SECONDS=30 DEVICES=500 npm run bench -- uplink-to-visible
 */
import { type Bay, expectOk, frame, newTenantKey, registerBays } from './bays.ts';
import { HttpClient } from './http-client.ts';
import { picture, summarise } from './histogram.ts';
import { startProgram } from './program.ts';

const RATE = Number(process.env['RATE'] ?? 500);
const SECONDS = Number(process.env['SECONDS'] ?? 20);
const DEVICES = Number(process.env['DEVICES'] ?? 500);
const WARM_UP_SECONDS = 5;
const CHANGES_EVERY = 5;
/** Polls cost the server more than the frames do: often enough to see the latency, seldom enough not to make it. */
const POLL_MS = 15;
const LIMIT_MS = 10_000;
/** So many changes a second are watched until they show; of more, a sample is. The others change as well. */
const WATCHED_PER_S = Number(process.env['WATCHED_PER_S'] ?? 100);

interface Change {
  readonly bay: Bay;
  readonly sentAt: number;
  readonly shownAt: number;
}

/** Milliseconds, per hop and as a whole. */
interface Hops {
  /** POST to its answer: the frame is durable. */
  readonly answered: number[];
  /** POST to the recording of the change in the space's stream (the store's stamp, same clock). */
  readonly recorded: number[];
  /** From there until the API showed it. */
  readonly shown: number[];
  readonly whole: number[];
}

async function main(): Promise<void> {
  const program = await startProgram(
    process.env['EVENT_STORE_URL'] === undefined ? {} : { EVENT_STORE_URL: process.env['EVENT_STORE_URL'] },
  );
  try {
    const { key, tenantId } = await newTenantKey(program);
    const client = new HttpClient(program.url, key, 64);
    // Polls wait in a queue of their own, not before the frames.
    const poller = new HttpClient(program.url, key, 64);
    const bays = await registerBays(client, DEVICES);
    await warmUp(client, poller, bays);
    const hops = await measure(client, poller, bays, tenantId);
    report(hops);
    client.close();
    poller.close();
  } finally {
    await program.stop();
  }
}

function send(client: HttpClient, bay: Bay, kind: 'status' | 'heartbeat') {
  return client.post('/api/v1/uplink?event=up', frame(bay, kind));
}

/** Every bay is heard once, so that each later change is a change. */
async function warmUp(client: HttpClient, poller: HttpClient, bays: readonly Bay[]): Promise<void> {
  for (const bay of bays) await expectOk(send(client, bay, 'status'));
  const last = bays.at(-1);
  if (last !== undefined) await untilShown(poller, last.spaceId, 'VACANT');
}

async function measure(
  client: HttpClient,
  poller: HttpClient,
  bays: readonly Bay[],
  tenantId: string,
): Promise<Hops> {
  await drive(client, poller, bays, WARM_UP_SECONDS);
  const { hops, changes } = await drive(client, poller, bays, SECONDS);
  await addRecordings(client, bays, tenantId, changes, hops);
  return hops;
}

async function drive(
  client: HttpClient,
  poller: HttpClient,
  bays: readonly Bay[],
  seconds: number,
): Promise<{ readonly hops: Hops; readonly changes: readonly Change[] }> {
  const hops: Hops = { answered: [], recorded: [], shown: [], whole: [] };
  const changes: Change[] = [];
  const running = new Set<Promise<void>>();
  const begin = performance.now();
  const total = RATE * seconds;
  const share = Math.min(1, (WATCHED_PER_S * CHANGES_EVERY) / RATE);
  let changed = 0;
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
    const isChange = (n + Math.floor(n / bays.length)) % CHANGES_EVERY === 0 && !bay.watched;
    if (isChange) changed += 1;
    const isSample = Math.floor(changed * share) !== Math.floor((changed - 1) * share);
    if (isChange) bay.occupied = !bay.occupied;
    const task =
      isChange && isSample
        ? change(client, poller, bay, hops, changes)
        : sendOnly(client, bay, hops, isChange ? 'status' : 'heartbeat');
    running.add(task);
    void task.finally(() => running.delete(task));
  }
  await Promise.all(running);
  return { hops, changes };
}

/** When the store recorded each change: read from the spaces' streams after the run, so that reading does not weigh on it. */
async function addRecordings(
  client: HttpClient,
  bays: readonly Bay[],
  tenantId: string,
  changes: readonly Change[],
  hops: Hops,
): Promise<void> {
  for (const bay of bays) {
    const stream = `space-${tenantId.replaceAll('-', '')}-${bay.spaceId.replaceAll('-', '')}`;
    const body = await expectOk(client.get(`/api/v1/audit/streams/${stream}?limit=500`));
    const { items } = JSON.parse(body) as { items: { type: string; recorded_at: string }[] };
    const recorded = items
      .filter((one) => one.type === 'OccupancyChanged')
      .map((one) => Date.parse(one.recorded_at));
    for (const { sentAt, shownAt } of changes.filter((one) => one.bay === bay)) {
      const at = recorded.find((one) => one >= sentAt && one <= shownAt);
      if (at === undefined) continue;
      hops.recorded.push(at - sentAt);
      hops.shown.push(shownAt - at);
    }
  }
}

async function sendOnly(
  client: HttpClient,
  bay: Bay,
  hops: Hops,
  kind: 'status' | 'heartbeat',
): Promise<void> {
  const start = performance.now();
  await expectOk(send(client, bay, kind));
  hops.answered.push(performance.now() - start);
}

async function change(
  client: HttpClient,
  poller: HttpClient,
  bay: Bay,
  hops: Hops,
  changes: Change[],
): Promise<void> {
  bay.watched = true;
  const sentAt = Date.now();
  const start = performance.now();
  await expectOk(send(client, bay, 'status'));
  hops.answered.push(performance.now() - start);
  await untilShown(poller, bay.spaceId, bay.occupied ? 'OCCUPIED' : 'VACANT');
  hops.whole.push(performance.now() - start);
  changes.push({ bay, sentAt, shownAt: Date.now() });
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
  const titles = {
    answered: 'POST to durable frame',
    recorded: 'POST to recorded change',
    shown: 'recorded change to visible',
    whole: 'POST to visible change',
  } as const;
  const figures: Record<string, unknown> = {};
  for (const hop of ['answered', 'recorded', 'shown', 'whole'] as const) {
    figures[hop] = summarise(hops[hop]);
    console.log(`\n${titles[hop]}: ${JSON.stringify(figures[hop])}`);
    for (const line of picture(hops[hop])) console.log(line);
  }
  console.log(
    JSON.stringify({ bench: 'uplink-to-visible', rate: RATE, seconds: SECONDS, devices: DEVICES, figures }),
  );
}

await main();
