import {
  type SensorCommit,
  type SensorLease,
  type SensorTables,
} from '../../application/ports/sensor-tables.ts';
import { type DeviceTypesSeen } from './device-types-seen.ts';
import { type Metrics } from './metrics.ts';

/** The tables of the sensor process, with its uplinks counted by what became of them. */
export function measuredTables(
  tables: SensorTables,
  deviceTypes: DeviceTypesSeen,
  metrics: Metrics,
): SensorTables {
  return {
    acquire: (owner, leaseMs) => tables.acquire(owner, leaseMs),
    renew: (lease, leaseMs) => tables.renew(lease, leaseMs),
    release: (lease) => tables.release(lease),
    devices: (keys) => tables.devices(keys),
    waiting: () => tables.waiting(),
    parked: () => tables.parked(),
    silentBy: (through, limit) => tables.silentBy(through, limit),
    line: (key, from, before) => tables.line(key, from, before),
    commit: async (lease: SensorLease, commit: SensorCommit) => {
      const written = await tables.commit(lease, commit);
      if (written === null) return null;
      for (const { devEui, kind, outcome, tenantId } of commit.rows) {
        if (kind !== 'up') continue;
        metrics.uplinks.inc({ device_type: deviceTypes.of(tenantId, devEui) ?? 'unknown', status: outcome });
      }
      return written;
    },
  };
}
