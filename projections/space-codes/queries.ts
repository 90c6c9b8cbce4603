import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import {
  type CodeClaim,
  type DeviceClaim,
  type HalfDoneClaims,
} from '../../application/ports/half-done-claims.ts';
import { deviceKindSchema } from '../../domain/device/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { instant } from '../reading/row-parsers.ts';

const codeClaim = z
  .object({ tenant_id: z.string(), site_id: z.string(), code: z.string(), space_id: z.string() })
  .transform((row): CodeClaim => ({
    tenantId: row.tenant_id,
    siteId: row.site_id,
    code: row.code,
    spaceId: row.space_id,
  }));

const deviceClaim = z
  .object({
    tenant_id: z.string(),
    dev_eui: z.string(),
    device_type: z.string(),
    space_id: z.string(),
    role: deviceKindSchema,
    assigned_from: instant,
    process_id: z.string(),
  })
  .transform((row): DeviceClaim => ({
    tenantId: row.tenant_id,
    devEui: row.dev_eui,
    deviceType: row.device_type,
    spaceId: row.space_id,
    role: row.role,
    from: row.assigned_from,
    processId: row.process_id,
  }));

/** First steps whose second one the read models do not show. They may be behind: these are candidates, not verdicts. */
export function halfDoneClaims(database: CommonQueryMethods): HalfDoneClaims {
  return {
    codes: (before: Instant) =>
      database.any(sql.type(codeClaim)`
        SELECT c.tenant_id, c.site_id, c.code, c.space_id FROM read_model.space_codes AS c
        WHERE c.claimed_at < ${before}::timestamptz AND NOT EXISTS (
          SELECT 1 FROM read_model.spaces_current AS s
          WHERE s.tenant_id = c.tenant_id AND s.space_id = c.space_id AND s.status = 'live')
        ORDER BY c.claimed_at LIMIT 1000`),
    devices: (before: Instant) =>
      database.any(sql.type(deviceClaim)`
        SELECT d.tenant_id, d.dev_eui, d.device_type, d.space_id, d.role, d.assigned_from, d.process_id
        FROM read_model.devices AS d
        WHERE d.claimed_at < ${before}::timestamptz AND d.space_id IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM read_model.spaces_current AS s
          WHERE s.tenant_id = d.tenant_id AND s.space_id = d.space_id
            AND (s.sensor_eui = d.dev_eui OR s.display_euis @> to_jsonb(d.dev_eui)))
        ORDER BY d.claimed_at LIMIT 1000`),
  };
}
