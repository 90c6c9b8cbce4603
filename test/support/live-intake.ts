import { createHash, randomUUID } from 'node:crypto';
import { type HttpDependencies } from '../../adapters/http/dependencies.ts';
import { readChirpstack } from '../../adapters/lorawan/chirpstack.ts';
import { frameDecoder } from '../../adapters/lorawan/frame-decoder.ts';
import { readThingsStack } from '../../adapters/lorawan/things-stack.ts';
import { PostgresSensorTables } from '../../adapters/sensor-tables/postgres-sensor-tables.ts';
import { createHandlers } from '../../application/commands/handlers.ts';
import { Intake } from '../../application/intake/intake.ts';
import { SensorProcess } from '../../application/sensor-process/sensor-process.ts';
import { instantOf } from '../../domain/time/instant.ts';
import { type TestApi } from './api.ts';

export interface LiveIntake {
  /** A server of the API that takes frames, too. */
  readonly url: string;
  /** Begins, or goes on, to make facts of frames. */
  start(): void;
  /** Until every frame so far has been handled and the read models show it. */
  settled(): Promise<void>;
  /** No more frames are handled until the next start; they are still taken. */
  pause(): Promise<void>;
}

const now = () => instantOf(Date.now());

/** The intake over HTTP and the sensor process behind it, on the store and database of a test API. */
export async function startLiveIntake(
  api: TestApi,
  overrides: Partial<HttpDependencies> = {},
): Promise<LiveIntake> {
  const { pool, store } = api;
  const intake = new Intake({
    store,
    softwareVersion: 'test',
    hashBody: (body) => createHash('sha256').update(body).digest('hex'),
    newEventId: randomUUID,
  });
  const uplink = { intake, readChirpstack, readThingsStack, now };
  const { url } = await api.secondServer({ uplink, ...overrides });
  let running: { readonly process: SensorProcess; end(): Promise<void> } | null = null;
  const start = (): void => {
    const process = new SensorProcess({
      store,
      handlers: createHandlers({ store, softwareVersion: 'test' }),
      decoder: frameDecoder,
      tables: new PostgresSensorTables(pool),
      now,
      owner: randomUUID(),
      commitIntervalMs: 0,
      headIntervalMs: 5,
    });
    const stop = new AbortController();
    const ended = process.run(stop.signal);
    ended.catch(() => undefined);
    const end = async (): Promise<void> => {
      stop.abort();
      await ended;
    };
    running = { process, end };
  };
  return {
    url,
    start,
    pause: async () => {
      await running?.end();
      running = null;
    },
    settled: async () => {
      const process = running?.process;
      if (process === undefined) throw new Error('no sensor process is running');
      const passed = await process.passed(await store.head('frames'), AbortSignal.timeout(15_000));
      if (!passed) throw new Error('the sensor process did not pass the head in time');
      while (process.status().open > 0) await new Promise((resolve) => setTimeout(resolve, 2));
      await api.settled();
    },
  };
}
