import { advanceOverdueSpaces } from '../../../application/clock/clock-process.ts';
import { repairClaims } from '../../../application/repair/repair-claims.ts';
import { type SensorProcess } from '../../../application/sensor-process/sensor-process.ts';
import { dueStreams } from '../../../projections/due/queries.ts';
import { halfDoneClaims } from '../../../projections/space-codes/queries.ts';
import { deviceTypeById } from '../../lorawan/device-types.ts';
import { type HealthCheck } from '../../http/dependencies.ts';
import { type DeviceTypesSeen, measuredTables, type Metrics } from '../../telemetry/index.ts';
import { now } from '../act.ts';
import { archiveCheck, makeArchiver, openArchive, watchArchiver } from './archiving.ts';
import { type Resources } from './connect.ts';
import { Loop } from './loop.ts';
import { makeSensorProcess } from './sensors.ts';
import { tidying } from './tidying.ts';

const CLOCK_MS = 250;
const REPAIR_MS = 30_000;
const ARCHIVE_MS = 900_000;
const TIDY_MS = 3_600_000;

export interface Worker {
  readonly loops: readonly Loop[];
  readonly sensors: SensorProcess;
  readonly checks: readonly HealthCheck[];
}

/** Frames to facts, announcements in time, and finishing what a crash left half done. */
export async function makeWorker(
  resources: Resources,
  metrics: Metrics,
  deviceTypes: DeviceTypesSeen,
  signal: AbortSignal,
): Promise<Worker> {
  const { handlers, log, read, settings } = resources;
  const sensors = makeSensorProcess(resources, (tables) => measuredTables(tables, deviceTypes, metrics));
  const loop = (name: string, everyMs: number, round: () => Promise<unknown>): Loop => {
    const onFailure = (error: unknown, retryInMs: number): void => {
      metrics.loopFailures.inc({ loop: name });
      log.warn(
        { err: error, loop: name, retry_in_ms: retryInMs },
        'background work failed and is tried again',
      );
    };
    return new Loop({ name, signal, everyMs, onFailure }, round);
  };
  const archive = await openArchive(settings);
  const archiver = archive === null ? null : makeArchiver(resources, archive);
  if (archiver !== null) watchArchiver(archiver, metrics);
  const archiveFrames = async (): Promise<void> => {
    await archive?.tidy(Date.now());
    await archiver?.round(signal);
  };
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
      ...(archiver === null ? [] : [loop('archive', ARCHIVE_MS, archiveFrames)]),
      loop('tidying', TIDY_MS, tidying(resources, archiver)),
    ],
    checks: archiver === null ? [] : [archiveCheck(archiver)],
  };
}
