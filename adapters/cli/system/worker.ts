import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { advanceOverdueSpaces } from '../../../application/clock/clock-process.ts';
import { repairClaims } from '../../../application/repair/repair-claims.ts';
import { SensorProcess } from '../../../application/sensor-process/sensor-process.ts';
import { dueStreams } from '../../../projections/due/queries.ts';
import { halfDoneClaims } from '../../../projections/space-codes/queries.ts';
import { deviceTypeById } from '../../lorawan/device-types.ts';
import { frameDecoder } from '../../lorawan/frame-decoder.ts';
import { PostgresSensorTables } from '../../sensor-tables/postgres-sensor-tables.ts';
import { type DeviceTypesSeen, measuredTables, type Metrics } from '../../telemetry/index.ts';
import { now } from '../act.ts';
import { type Resources } from './connect.ts';
import { Loop } from './loop.ts';

const CLOCK_MS = 250;
const REPAIR_MS = 30_000;

export interface Worker {
  readonly loops: readonly Loop[];
  readonly sensors: SensorProcess;
}

/** Frames to facts, announcements in time, and finishing what a crash left half done. */
export function makeWorker(
  resources: Resources,
  metrics: Metrics,
  deviceTypes: DeviceTypesSeen,
  signal: AbortSignal,
): Worker {
  const { handlers, log, openPool, read, store } = resources;
  const onFailure = (name: string) => (error: unknown, retryInMs: number) => {
    metrics.loopFailures.inc({ loop: name });
    log.warn({ err: error, loop: name, retry_in_ms: retryInMs }, 'background work failed and is tried again');
  };
  const sensors = new SensorProcess({
    store,
    handlers,
    decoder: frameDecoder,
    tables: measuredTables(new PostgresSensorTables(openPool('sensors', 3)), deviceTypes, metrics),
    now,
    owner: `${hostname()}/${process.pid}/${randomUUID()}`,
    on: {
      subscriptionDropped: (error, retryInMs) =>
        log.warn({ err: error, retry_in_ms: retryInMs }, 'the subscription to frames was dropped'),
      retried: (error, key) =>
        log.warn({ err: error, dev_eui: key?.devEui }, 'a step of the sensor process is tried again'),
      parked: ({ devEui, frameId, reason }) =>
        log.error({ dev_eui: devEui, frame_id: frameId, reason }, 'a device is parked'),
      leaseLost: () => log.info('another process has taken over the sensor process'),
    },
  });
  const loop = (name: string, everyMs: number, round: () => Promise<unknown>): Loop =>
    new Loop({ name, signal, everyMs, onFailure: onFailure(name) }, round);
  return {
    sensors,
    loops: [
      loop('sensors', 0, () => sensors.run(signal)),
      loop('clock', CLOCK_MS, () =>
        advanceOverdueSpaces({
          due: dueStreams(read),
          handlers,
          now,
          onError: (error, { spaceId }) =>
            log.warn({ err: error, space_id: spaceId }, 'a space could not be advanced'),
        }),
      ),
      loop('repair', REPAIR_MS, async () => {
        const repaired = await repairClaims({
          claims: halfDoneClaims(read),
          handlers,
          now: now(),
          heartbeatOf: (type) => deviceTypeById(type)?.heartbeatS ?? null,
        });
        if (repaired > 0) log.info({ repaired }, 'half-done claims were repaired');
      }),
    ],
  };
}
