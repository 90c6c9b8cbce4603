import { createHash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { framesKeptS } from '../../../application/archive/retention.ts';
import { newCommandId } from '../../../application/ids/ids.ts';
import { Intake } from '../../../application/intake/intake.ts';
import { type Precedence } from '../../../application/intake/precedence.ts';
import { type Shelter } from '../../../application/intake/shelter.ts';
import { comparePositions, type Position } from '../../../application/ports/event-store/position.ts';
import { type FrameDecoder } from '../../../application/ports/frame-decoder.ts';
import { type SensorTables } from '../../../application/ports/sensor-tables.ts';
import { SensorProcess } from '../../../application/sensor-process/sensor-process.ts';
import { makeFrameDecoder, thresholdMistakes } from '../../lorawan/frame-decoder.ts';
import { PostgresEvidenceBoard } from '../../sensor-tables/postgres-evidence-board.ts';
import { PostgresSensorTables } from '../../sensor-tables/postgres-sensor-tables.ts';
import { type Settings } from '../../config/index.ts';
import { now } from '../act.ts';
import { Failure } from '../failure.ts';
import { version } from '../version.ts';
import { framesPolicyS } from './archiving.ts';
import { type Resources } from './connect.ts';

/** Stores frames as evidence; the same for network servers and for imports, which have no spool: they can wait. */
export function makeIntake({ log, settings, store }: Resources, shelter?: Shelter): Intake {
  return new Intake({
    store,
    ...(shelter === undefined ? {} : { shelter }),
    softwareVersion: version(),
    hashBody: (body) => createHash('sha256').update(body).digest('hex'),
    newEventId: newCommandId,
    keepFramesS: framesKeptS(framesPolicyS(settings)),
    onRetentionFailure: (stream, error) =>
      log.warn({ err: error, stream }, 'the retention of a stream of frames could not be set'),
  });
}

export function makeSensorProcess(
  resources: Resources,
  around: (tables: SensorTables) => SensorTables = (tables) => tables,
  precedence: Precedence | null = null,
): SensorProcess {
  const { handlers, log, openPool, pool, store } = resources;
  const board = new PostgresEvidenceBoard(pool);
  return new SensorProcess({
    store,
    handlers,
    decoder: decoderOf(resources.settings),
    tables: around(new PostgresSensorTables(openPool('sensors', 3))),
    now,
    intakes: () => board.intakes(),
    ...(precedence === null ? {} : { giveWay: () => precedence.giveWay() }),
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
}

function decoderOf({ sensorThresholds = {} }: Settings): FrameDecoder {
  const [mistake] = thresholdMistakes(sensorThresholds);
  if (mistake !== undefined) throw new Failure('invalid-settings', `SENSOR_THRESHOLDS: ${mistake}`);
  return makeFrameDecoder(sensorThresholds);
}

/** Until the sensor process, here or elsewhere, has written all that these positions of both logs led to. */
export async function untilSensed(
  { pool }: Resources,
  frames: Position,
  devices: Position,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { rows } = await pool.query<SensorProgress>(
      `SELECT store_id, frames_commit::text, frames_prepare::text, devices_commit::text, devices_prepare::text
       FROM sensing.checkpoint WHERE name = 'sensor-process'`,
    );
    const [row] = rows;
    if (row !== undefined && hasPassed(row, frames, devices)) return;
    await sleep(50, undefined, { signal }).catch(() => undefined);
  }
}

const SILENCES_MS = 15_000;

/** As far as the evidence goes: where frames wait in a spool, silence has to wait too, and nobody waits for that here. */
export async function untilSilencesTold(
  { pool }: Resources,
  tenantId: string,
  signal: AbortSignal,
): Promise<void> {
  const giveUpAt = performance.now() + SILENCES_MS;
  while (!signal.aborted && performance.now() < giveUpAt) {
    const { rows } = await pool.query<{ due: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM sensing.device_liveness
         WHERE tenant_id = $1 AND stale_due_at <= $2::timestamptz) AS due`,
      [tenantId, now()],
    );
    if (rows[0]?.due !== true) return;
    await sleep(100, undefined, { signal }).catch(() => undefined);
  }
}

interface SensorProgress {
  readonly store_id: string | null;
  readonly frames_commit: string | null;
  readonly frames_prepare: string | null;
  readonly devices_commit: string | null;
  readonly devices_prepare: string | null;
}

function hasPassed(row: SensorProgress, frames: Position, devices: Position): boolean {
  const reached = (commit: string | null, prepare: string | null, wanted: Position): boolean => {
    if (row.store_id === null || commit === null || prepare === null) return false;
    const position = { storeId: row.store_id, commit: BigInt(commit), prepare: BigInt(prepare) };
    return comparePositions(position, wanted) >= 0;
  };
  return (
    reached(row.frames_commit, row.frames_prepare, frames) &&
    reached(row.devices_commit, row.devices_prepare, devices)
  );
}
