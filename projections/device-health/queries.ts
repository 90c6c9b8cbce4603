import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { nullableInstant } from '../reading/row-parsers.ts';

const healthRow = z.object({
  dev_eui: z.string(),
  lifecycle: z.enum(['live', 'decommissioned']),
  last_heard_at: nullableInstant,
  stale_due_at: nullableInstant,
  battery_mv: z.number().nullable(),
  battery_percent: z.number().nullable(),
  temperature_deci_c: z.number().nullable(),
  stale_since: nullableInstant,
  flapping_since: nullableInstant,
  battery_low_since: nullableInstant,
  tamper_since: nullableInstant,
  temperature_alert_since: nullableInstant,
  restarts: z.number(),
  last_restart_at: nullableInstant,
  reset_cause: z.string().nullable(),
  told_firmware: z.string().nullable(),
  counter_reset_suspected_at: nullableInstant,
  undecodable: z.number(),
  undecodable_at: nullableInstant,
  undecodable_code: z.string().nullable(),
  /** Where its latest message is kept, as long as it is. */
  last_stream: z
    .string()
    .nullable()
    .transform((text) => text as StreamName | null),
  last_revision: z.number().nullable(),
});
export type DeviceHealthView = z.infer<typeof healthRow>;

/** So many of a device's latest messages are looked through for what only they say. */
export const LATEST_MESSAGES = 100;

/**
 * What is wrong with a registered device. When it was last heard and its last values are a fold of frames, so they come
 * from the sensor process's own tables and not from a read model.
 */
export async function maybeOneDeviceHealth(
  database: CommonQueryMethods,
  tenantId: string,
  devEui: string,
): Promise<DeviceHealthView | null> {
  return database.maybeOne(sql.type(healthRow)`
    WITH latest AS (
      SELECT outcome, detail, effective_at, frame_id, decoded::json ->> 'batteryPct' AS percent
      FROM sensing.sensor_readings
      WHERE tenant_id = ${tenantId}::uuid AND dev_eui = ${devEui} AND kind = 'up'
      ORDER BY effective_at DESC, frame_id DESC LIMIT ${LATEST_MESSAGES}
    ), undecodable AS (
      SELECT * FROM latest WHERE outcome = 'undecodable' ORDER BY effective_at DESC, frame_id DESC
    )
    SELECT d.dev_eui, d.status AS lifecycle, l.last_heard_at, l.stale_due_at, l.battery_mv, l.temperature_deci_c,
      (SELECT percent::integer FROM latest WHERE percent IS NOT NULL
       ORDER BY effective_at DESC, frame_id DESC LIMIT 1) AS battery_percent,
      h.stale_since, h.flapping_since, h.battery_low_since, h.tamper_since, h.temperature_alert_since,
      coalesce(h.restarts, 0) AS restarts, h.last_restart_at, h.reset_cause, h.told_firmware,
      h.counter_reset_suspected_at,
      (SELECT count(*)::integer FROM undecodable) AS undecodable,
      (SELECT effective_at FROM undecodable LIMIT 1) AS undecodable_at,
      (SELECT detail FROM undecodable LIMIT 1) AS undecodable_code,
      r.stream AS last_stream, r.revision AS last_revision
    FROM read_model.devices AS d
    LEFT JOIN read_model.device_health AS h ON h.tenant_id = d.tenant_id AND h.dev_eui = d.dev_eui
    LEFT JOIN sensing.device_liveness AS l ON l.tenant_id = d.tenant_id AND l.dev_eui = d.dev_eui
    LEFT JOIN sensing.sensor_readings AS r ON r.tenant_id = l.tenant_id AND r.frame_id = l.last_frame_id
    WHERE d.tenant_id = ${tenantId}::uuid AND d.dev_eui = ${devEui}`);
}
