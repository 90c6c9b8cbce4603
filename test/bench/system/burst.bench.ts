/**
 * A burst: 20,000 frames within two seconds (a gateway that was cut off delivers what it kept, a network server comes
 * back), to the real program with everything behind it. Each is to be answered 2xx within five seconds of the instant at
 * which it was due; then it is counted how long the read models take to show all of it.
 *
 *     FRAMES=20000 SECONDS=2 DEVICES=2000 CONNECTIONS=256 npm run bench -- burst
 */
import { type Socket } from 'node:net';
import { connected, exchange, requestOf } from '../intake/load.ts';
import { nextMessage, newTenantKey, registerBays, untilShown } from './bays.ts';
import { summarise } from './histogram.ts';
import { HttpClient } from './http-client.ts';
import { startProgram } from './program.ts';

const FRAMES = Number(process.env['FRAMES'] ?? 20_000);
const SECONDS = Number(process.env['SECONDS'] ?? 2);
const DEVICES = Number(process.env['DEVICES'] ?? 2_000);
const CONNECTIONS = Number(process.env['CONNECTIONS'] ?? 256);
const LIMIT_MS = 5_000;

async function main(): Promise<void> {
  const store = process.env['EVENT_STORE_URL'];
  const program = await startProgram(store === undefined ? {} : { EVENT_STORE_URL: store });
  try {
    const { key } = await newTenantKey(program);
    const client = new HttpClient(program.url, key, CONNECTIONS);
    const bays = await registerBays(client, DEVICES);
    // Each is heard before, and what runs is compiled.
    await send({ key, url: program.url }, bays, 2 * DEVICES, 4);
    await untilShown(client, bays);
    const { answered, refused } = await send({ key, url: program.url }, bays, FRAMES, SECONDS, 2 * DEVICES);
    const began = performance.now();
    await untilShown(client, bays);
    const shownAfterS = Math.round((performance.now() - began) / 100) / 10;
    const late = answered.filter((ms) => ms > LIMIT_MS).length;
    const figures = { answered: summarise(answered), late, refused, shown_after_s: shownAfterS };
    console.table({ ...figures.answered, late, refused, shown_after_s: shownAfterS });
    console.log(
      JSON.stringify({ bench: 'burst', frames: FRAMES, seconds: SECONDS, devices: DEVICES, figures }),
    );
    client.close();
  } finally {
    await program.stop();
  }
}

/** So many frames, evenly over the time, however long the answers take; milliseconds from when each was due. */
async function send(
  { key, url }: { readonly key: string; readonly url: string },
  bays: Parameters<typeof nextMessage>[0],
  count: number,
  seconds: number,
  first = 0,
): Promise<{ readonly answered: number[]; readonly refused: number }> {
  const requests = Array.from({ length: count }, (_, n) =>
    requestOf('/api/v1/uplink?event=up', JSON.stringify(nextMessage(bays, first + n).body), key),
  );
  const port = Number(new URL(url).port);
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => connected(port)));
  const answered: number[] = [];
  let refused = 0;
  const begin = performance.now();
  const inTurn = requests.entries();
  const work = async (socket: Socket): Promise<void> => {
    for (const [n, request] of inTurn) {
      const due = begin + (n * seconds * 1000) / count;
      const wait = due - performance.now();
      if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
      if (await exchange(socket, request)) answered.push(performance.now() - due);
      else refused += 1;
    }
    socket.destroy();
  };
  await Promise.all(sockets.map(work));
  return { answered, refused };
}

await main();
