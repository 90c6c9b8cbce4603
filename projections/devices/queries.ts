import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { deviceKindSchema } from '../../domain/device/events.ts';
import { all, behind, type Page, pageOf, type PageRequest, sorted } from '../reading/page.ts';
import { instant, nullableInstant } from '../reading/row-parsers.ts';

const deviceRow = z
  .object({
    dev_eui: z.string(),
    device_type: z.string(),
    kind: deviceKindSchema,
    firmware: z.string().nullable(),
    status: z.enum(['live', 'decommissioned']),
    registered_at: instant,
    space_id: z.string().nullable(),
    assigned_from: nullableInstant,
    last_join_at: nullableInstant,
    revision: z.number(),
  })
  .transform((row) => ({
    devEui: row.dev_eui,
    deviceType: row.device_type,
    kind: row.kind,
    firmware: row.firmware,
    status: row.status,
    registeredAt: row.registered_at,
    spaceId: row.space_id,
    assignedFrom: row.assigned_from,
    lastJoinAt: row.last_join_at,
    revision: row.revision,
  }));
export type Device = z.infer<typeof deviceRow>;

const columns = sql.fragment`dev_eui, device_type, kind, firmware, status, registered_at, space_id, assigned_from,
  last_join_at, revision`;

export async function maybeOneDevice(
  database: CommonQueryMethods,
  tenantId: string,
  devEui: string,
): Promise<Device | null> {
  return database.maybeOne(sql.type(deviceRow)`
    SELECT ${columns} FROM read_model.devices WHERE tenant_id = ${tenantId}::uuid AND dev_eui = ${devEui}`);
}

export interface DeviceFilter {
  readonly kind?: 'sensor' | 'display' | undefined;
  readonly spaceId?: string | undefined;
  readonly status?: 'live' | 'decommissioned' | undefined;
  readonly deviceType?: string | undefined;
}

export async function manyDevices(
  database: CommonQueryMethods,
  tenantId: string,
  filter: DeviceFilter,
  page: PageRequest,
): Promise<Page<Device>> {
  const key = [{ column: sql.fragment`dev_eui`, type: 'text' as const }];
  const conditions = [sql.fragment`tenant_id = ${tenantId}::uuid`, behind(key, page)];
  if (filter.kind !== undefined) conditions.push(sql.fragment`kind = ${filter.kind}`);
  if (filter.spaceId !== undefined) conditions.push(sql.fragment`space_id = ${filter.spaceId}::uuid`);
  if (filter.status !== undefined) conditions.push(sql.fragment`status = ${filter.status}`);
  if (filter.deviceType !== undefined) conditions.push(sql.fragment`device_type = ${filter.deviceType}`);
  const rows = await database.any(sql.type(deviceRow)`
    SELECT ${columns} FROM read_model.devices WHERE ${all(conditions)}
    ORDER BY ${sorted(key, page)} LIMIT ${page.limit + 1}`);
  return pageOf(
    rows,
    page.limit,
    (device) => [device.devEui],
    (device) => device,
  );
}
