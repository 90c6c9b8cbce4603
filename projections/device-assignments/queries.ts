import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { deviceKindSchema } from '../../domain/device/events.ts';
import { instant, nullableInstant } from '../reading/row-parsers.ts';

const assignmentRow = z
  .object({
    dev_eui: z.string(),
    space_id: z.string(),
    role: deviceKindSchema,
    from_at: instant,
    to_at: nullableInstant,
  })
  .transform((row) => ({
    devEui: row.dev_eui,
    spaceId: row.space_id,
    role: row.role,
    from: row.from_at,
    to: row.to_at,
  }));
export type AssignmentView = z.infer<typeof assignmentRow>;

/** All devices that a space ever had, the first one first. A space has few. */
export async function manyAssignmentsOfSpace(
  database: CommonQueryMethods,
  tenantId: string,
  spaceId: string,
): Promise<readonly AssignmentView[]> {
  return database.any(sql.type(assignmentRow)`
    SELECT dev_eui, space_id, role, from_at, to_at FROM read_model.device_assignments
    WHERE tenant_id = ${tenantId}::uuid AND space_id = ${spaceId}::uuid ORDER BY from_at, dev_eui`);
}

export async function manyAssignmentsOfDevice(
  database: CommonQueryMethods,
  tenantId: string,
  devEui: string,
): Promise<readonly AssignmentView[]> {
  return database.any(sql.type(assignmentRow)`
    SELECT dev_eui, space_id, role, from_at, to_at FROM read_model.device_assignments
    WHERE tenant_id = ${tenantId}::uuid AND dev_eui = ${devEui} ORDER BY from_at`);
}
