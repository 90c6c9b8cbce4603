import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, nullable, type TableDefinition } from '../runner/table.ts';

/** What is wrong with a device, as far as events say. When it was last heard, and its last values, are the sensor process's. */
export interface DeviceHealthRow {
  readonly tenant_id: string;
  readonly dev_eui: string;
  /** The deadline that it let pass; null: it is not silent. */
  readonly stale_since: Instant | null;
  readonly flapping_since: Instant | null;
  readonly battery_low_since: Instant | null;
  readonly tamper_since: Instant | null;
  readonly temperature_alert_since: Instant | null;
  /** Since it was registered, or came back. */
  readonly restarts: number;
  readonly last_restart_at: Instant | null;
  readonly reset_cause: string | null;
  /** As the device itself told when it restarted. */
  readonly told_firmware: string | null;
  readonly counter_reset_suspected_at: Instant | null;
  /** Of the device's stream. */
  readonly revision: number;
}

export const deviceHealthTable: TableDefinition<DeviceHealthRow> = {
  name: 'device_health',
  columns: {
    tenant_id: is.uuid,
    dev_eui: is.text,
    stale_since: nullable(is.instant),
    flapping_since: nullable(is.instant),
    battery_low_since: nullable(is.instant),
    tamper_since: nullable(is.instant),
    temperature_alert_since: nullable(is.instant),
    restarts: is.integer,
    last_restart_at: nullable(is.instant),
    reset_cause: nullable(is.text),
    told_firmware: nullable(is.text),
    counter_reset_suspected_at: nullable(is.instant),
    revision: is.bigint,
  },
  key: ['tenant_id', 'dev_eui'],
  owner: 'dev_eui',
  guard: 'revision',
};
