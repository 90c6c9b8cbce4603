import { ExpiringLogs } from '../../../application/archive/expiring-logs.ts';
import { type FrameArchiver } from '../../../application/archive/frame-archiver.ts';
import { framesKeptS } from '../../../application/archive/retention.ts';
import { addSeconds } from '../../../domain/time/instant.ts';
import { PostgresIdempotencyRecords } from '../../idempotency/postgres-idempotency-records.ts';
import { thinReadings } from '../../sensor-tables/thin-readings.ts';
import { now } from '../act.ts';
import { framesPolicyS, tenantsSince } from './archiving.ts';
import { type Resources } from './connect.ts';

/**
 * One round of letting go what has been kept for as long as it should be: nothing that was asked to be kept, and no frame
 * that is not archived. One task that fails holds up no other.
 */
export function tidying(resources: Resources, archiver: FrameArchiver | null): () => Promise<void> {
  const { log, pool, settings, store } = resources;
  const logs = new ExpiringLogs(store, now);
  const idempotency = new PostgresIdempotencyRecords(pool);
  const tasks: readonly (() => Promise<unknown>)[] = [
    () => logs.round(tenantsSince(resources)),
    () =>
      store.expire(
        archiver === null
          ? {}
          : { isStillNeeded: (stream, lastRevision) => archiver.isStillNeeded(stream, lastRevision) },
      ),
    () => thinReadings(pool, addSeconds(now(), -framesKeptS(framesPolicyS(settings)))),
    () => idempotency.deleteExpired(),
  ];
  return async () => {
    const failures: unknown[] = [];
    for (const task of tasks) await task().catch((error: unknown) => void failures.push(error));
    for (const failure of failures.slice(1)) log.warn({ err: failure }, 'a part of the tidying failed');
    if (failures.length > 0) throw failures[0];
  };
}
