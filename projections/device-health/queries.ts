import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { nullableInstant } from '../reading/row-parsers.ts';

const healthRow = z.object({
  dev_eui: z.string(),
  lifecycle: z.enum(['live', 'decommissioned']),
  last_heard_at: nullableInstant,
  stale_due_at: nullableInstant,
  battery_mv: z.number().nullable(),
  temperature_deci_c: z.number().nullable(),
  stale_since: nullableInstant,
  flapping_since: nullableInstant,
  battery_low_since: nullableInstant,
  tamper_since: nullableInstant,
  temperature_alert_since: nullableInstant,
  last_restart_at: nullableInstant,
  reset_cause: z.string().nullable(),
  told_firmware: z.string().nullable(),
  counter_reset_suspected_at: nullableInstant,
});
export type DeviceHealthView = z.infer<typeof healthRow>;

/**
 * What is wrong with a registered device. When it was last heard and its last values are a fold of frames, so they come
 * from the sensor process's own table and not from a read model.
 */
export async function maybeOneDeviceHealth(
  database: CommonQueryMethods,
  tenantId: string,
  devEui: string,
): Promise<DeviceHealthView | null> {
  return database.maybeOne(sql.type(healthRow)`
    SELECT d.dev_eui, d.status AS lifecycle, l.last_heard_at, l.stale_due_at, l.battery_mv, l.temperature_deci_c,
      h.stale_since, h.flapping_since, h.battery_low_since, h.tamper_since, h.temperature_alert_since,
      h.last_restart_at, h.reset_cause, h.told_firmware, h.counter_reset_suspected_at
    FROM read_model.devices AS d
    LEFT JOIN read_model.device_health AS h ON h.tenant_id = d.tenant_id AND h.dev_eui = d.dev_eui
    LEFT JOIN sensing.device_liveness AS l ON l.tenant_id = d.tenant_id AND l.dev_eui = d.dev_eui
    WHERE d.tenant_id = ${tenantId}::uuid AND d.dev_eui = ${devEui}`);
}
