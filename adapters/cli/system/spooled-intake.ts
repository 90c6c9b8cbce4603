import { join } from 'node:path';
import { framesKeptS } from '../../../application/archive/retention.ts';
import { newCommandId } from '../../../application/ids/ids.ts';
import { FrameQuota, type FrameReceiver } from '../../../application/intake/frame-quota.ts';
import { FrameRetention } from '../../../application/intake/frame-retention.ts';
import { IntakeLease } from '../../../application/intake/intake-lease.ts';
import { type Intake } from '../../../application/intake/intake.ts';
import { RefusedMessages } from '../../../application/intake/refused-messages.ts';
import { Shelter } from '../../../application/intake/shelter.ts';
import { SpoolDrain } from '../../../application/intake/spool-drain.ts';
import { manyKeysOfRoles } from '../../../projections/api-keys/queries.ts';
import { permissions } from '../../http/access.ts';
import { type KeptKeys } from '../../http/kept-keys.ts';
import { IngestKeyFile } from '../../kept-keys/ingest-key-file.ts';
import { PostgresEvidenceBoard } from '../../sensor-tables/postgres-evidence-board.ts';
import { writeRefused } from '../../refused-messages/postgres-refused-messages.ts';
import { DiskSpool } from '../../spool/disk-spool.ts';
import { type Metrics, watchSpool } from '../../telemetry/index.ts';
import { now } from '../act.ts';
import { framesPolicyS } from './archiving.ts';
import { type MakeLoop } from './background-loops.ts';
import { type Resources } from './connect.ts';
import { type Loop } from './loop.ts';
import { processNames } from './process-names.ts';
import { makeIntake } from './sensors.ts';

const EVERY_MS = 1_000;
const KEYS_MS = 2_000;

export interface SpooledIntake {
  readonly intake: Intake;
  /** The intake, with the frames of each tenant counted: what senders are given. */
  readonly receiver: FrameReceiver;
  readonly spool: DiskSpool;
  readonly shelter: Shelter;
  /** What was not taken, for whoever asks why nothing arrives. */
  readonly refused: RefusedMessages;
  readonly keptKeys: KeptKeys;
  /** The drain, the lease row, and the care of the folders. */
  loops(loop: MakeLoop): readonly Loop[];
  /** Once no more frames come and the loops have ended: the last words. */
  close(): Promise<void>;
}

/** The intake of a process that answers network servers: what the store does not take in time waits on the disk. */
export async function openSpooledIntake(
  resources: Resources,
  metrics: Metrics,
  signal: AbortSignal,
): Promise<SpooledIntake> {
  const { log, read, settings, store } = resources;
  const spool = await DiskSpool.open({
    root: spoolFolder(settings.dataDir),
    maxBytes: settings.spoolMaxMb * 1_048_576,
    names: processNames(),
    on: {
      damaged: ({ kind, file, bytes, reason }) => {
        metrics.spoolDamage.inc({ kind });
        log.error({ kind, file, bytes, err: reason }, 'a part of the spool was put aside');
      },
      adopted: (folder, frames) => {
        if (frames > 0) log.warn({ folder, frames }, 'took over frames that a dead process had spooled');
      },
      takenOver: (folder) => log.error({ folder }, 'another process took this spool for abandoned'),
    },
  });
  const shelter = new Shelter(spool, {
    taken: (frames) => metrics.spooled.inc(frames),
    outageBegan: () => log.error('the event store does not take frames: they are spooled to the disk'),
    outageEnded: () => log.info('the event store takes frames again'),
  });
  const intake = makeIntake(resources, shelter);
  const receiver = new FrameQuota(intake, settings.ingestQuota, {
    over: () => metrics.ingestOverQuota.inc(),
    exceeded: (tenantId, framesPerMinute) =>
      log.warn(
        { tenant_id: tenantId, frames_per_minute: framesPerMinute },
        'a tenant sends more frames than its quota: they are taken in all the same',
      ),
  });
  const drain = new SpoolDrain({
    store,
    shelter,
    retention: new FrameRetention({ store, keepFramesS: framesKeptS(framesPolicyS(settings)) }),
    on: { drained: (frames) => metrics.spoolDrained.inc(frames) },
  });
  const lease = new IntakeLease({
    board: new PostgresEvidenceBoard(resources.pool),
    now,
    name: () => spool.name,
    waiting: () => [intake.oldestInFlightByTenant(), spool.oldestByTenant()],
    covered: () => spool.covered,
  });
  const keys = await IngestKeyFile.open(settings.dataDir);
  const currentKeys = () => manyKeysOfRoles(read, permissions.ingest, now());
  const refused = new RefusedMessages({
    write: (messages) => writeRefused(resources.pool, newCommandId, messages),
  });
  watchSpool(metrics, shelter);
  // Before the first frame: whoever reads the leases must know of this intake by then.
  await lease.write();
  return {
    intake,
    receiver,
    spool,
    shelter,
    refused,
    keptKeys: keptKeysOf(keys),
    loops: (loop) => [
      loop('spool-drain', 0, () => drain.run(signal)),
      loop('intake-lease', EVERY_MS, () => lease.write()),
      loop('spool-folders', EVERY_MS, () => spool.tend()),
      loop('refused-messages', EVERY_MS, () => refused.write()),
      loop('ingest-keys', KEYS_MS, () => keys.refresh(currentKeys)),
    ],
    close: async () => {
      await refused
        .write()
        .catch((error: unknown) => log.warn({ err: error }, 'refused messages were not noted'));
      if (!shelter.isStoreAway) await drain.drainAll();
      await lease.end().catch((error: unknown) => log.warn({ err: error }, 'the lease could not be ended'));
      await spool.close();
    },
  };
}

function keptKeysOf(file: IngestKeyFile): KeptKeys {
  return {
    find: (hash) => {
      const key = file.find(hash);
      if (key === null) return null;
      return { tenantId: key.tenant_id, keyId: key.key_id, role: key.role, expiresAt: key.expires_at };
    },
    forget: (hash) => file.forget(hash),
  };
}

export function spoolFolder(dataDir: string): string {
  return join(dataDir, 'spool');
}
