import { type Shelter } from '../../application/intake/shelter.ts';
import { epochMs } from '../../domain/time/instant.ts';
import { type Metrics } from './metrics.ts';

/** What waits on the disk for the event store. */
export function watchSpool(metrics: Metrics, shelter: Shelter): void {
  const gauge = (name: string, help: string, value: () => number): void => {
    metrics.gauge(name, help, [], (one) => one.set(value()));
  };
  const status = () => shelter.spool.status();
  gauge('parking_spool_frames', 'Frames that wait on the disk for the event store', () => status().frames);
  gauge('parking_spool_bytes', 'Bytes of the spool, of all processes of this DATA_DIR', () => status().bytes);
  gauge('parking_spool_max_bytes', 'What the spool may hold', () => status().maxBytes);
  gauge('parking_spool_oldest_seconds', 'Age of the oldest frame that waits on the disk', () => {
    const { oldest } = status();
    return oldest === null ? 0 : Math.max(0, (Date.now() - epochMs(oldest)) / 1000);
  });
  gauge('parking_spool_store_away', '1 while frames go to the disk at once', () =>
    shelter.isStoreAway ? 1 : 0,
  );
}
