import { advanceOverdueSpaces } from '../../../application/clock/clock-process.ts';
import { type Precedence } from '../../../application/intake/precedence.ts';
import { type SensorTables } from '../../../application/ports/sensor-tables.ts';
import { repairClaims } from '../../../application/repair/repair-claims.ts';
import { type SensorProcess } from '../../../application/sensor-process/sensor-process.ts';
import { SiteSilenceProcess } from '../../../application/site-silence/site-silence-process.ts';
import { dueStreams } from '../../../projections/due/queries.ts';
import {
  readModelsOfSiteSilence,
  siteSilenceFacts,
} from '../../../projections/incidents/site-silence-facts.ts';
import { type ProjectionsProgress } from '../../../projections/runner/progress.ts';
import { halfDoneClaims } from '../../../projections/space-codes/queries.ts';
import { deviceTypeById } from '../../lorawan/device-types.ts';
import { type HealthCheck } from '../../http/dependencies.ts';
import { PostgresEvidenceBoard } from '../../sensor-tables/postgres-evidence-board.ts';
import { type DeviceTypesSeen, measuredTables, type Metrics } from '../../telemetry/index.ts';
import { now } from '../act.ts';
import { archiveCheck, makeArchiver, openArchive, watchArchiver } from './archiving.ts';
import { backgroundLoops } from './background-loops.ts';
import { type Resources } from './connect.ts';
import { type Loop } from './loop.ts';
import { makeSensorProcess } from './sensors.ts';
import { tidying } from './tidying.ts';

const CLOCK_MS = 250;
const EVIDENCE_MS = 1_000;
const SITE_SILENCE_MS = 2_000;
const READ_MODELS_MS = 2_000;
const REPAIR_MS = 30_000;
const ARCHIVE_MS = 900_000;
const TIDY_MS = 3_600_000;

/** What else of the process a worker has to know of. */
export interface WorkerParts {
  readonly progress: ProjectionsProgress;
  /** Null: no intake in this process that would come first. */
  readonly precedence: Precedence | null;
}

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
  { progress, precedence }: WorkerParts,
): Promise<Worker> {
  const { handlers, log, read, settings, store } = resources;
  const board = new PostgresEvidenceBoard(resources.pool);
  const measured = (tables: SensorTables) => measuredTables(tables, deviceTypes, metrics);
  const sensors = makeSensorProcess(resources, measured, precedence);
  const loop = backgroundLoops(log, metrics, signal);
  const archive = await openArchive(settings);
  const archiver = archive === null ? null : makeArchiver(resources, archive);
  if (archiver !== null) watchArchiver(archiver, metrics);
  const archiveFrames = async (): Promise<void> => {
    await archive?.tidy(Date.now());
    await archiver?.round(signal);
  };
  const siteSilence = new SiteSilenceProcess({
    facts: siteSilenceFacts(read, async () =>
      progress.waitFor(await store.head('domain'), READ_MODELS_MS, readModelsOfSiteSilence),
    ),
    handlers,
    now,
    onError: (error, { siteId }) =>
      log.warn({ err: error, site_id: siteId }, 'a site could not be told whether it is silent'),
  });
  return {
    sensors,
    loops: [
      loop('sensors', 0, () => sensors.run(signal)),
      // For the clock, which may run in another process than the sensor process that is in charge.
      loop('evidence', EVIDENCE_MS, async () => {
        const evidence = sensors.evidence();
        if (evidence !== null) await board.publish(evidence, now());
      }),
      loop('clock', CLOCK_MS, () =>
        advanceOverdueSpaces({
          due: dueStreams(read),
          evidence: () => board.published(),
          handlers,
          now,
          onError: (error, { spaceId }) =>
            log.warn({ err: error, space_id: spaceId }, 'a space could not be advanced'),
        }),
      ),
      loop('site-silence', SITE_SILENCE_MS, () => siteSilence.round()),
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
