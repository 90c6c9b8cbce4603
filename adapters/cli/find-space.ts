import { sql } from 'slonik';
import { z } from 'zod';
import { requireId } from './act.ts';
import { Failure } from './failure.ts';
import { readId } from './readers.ts';
import { type Resources } from './system/connect.ts';
import { readModelsUpTo } from './system/read-models.ts';

export interface FoundSpace {
  readonly tenantId: string;
  readonly spaceId: string;
  readonly code: string;
  readonly sensorEui: string | null;
}

const row = z
  .object({
    tenant_id: z.string(),
    space_id: z.string(),
    code: z.string(),
    sensor_eui: z.string().nullable(),
  })
  .transform((found) => ({
    tenantId: found.tenant_id,
    spaceId: found.space_id,
    code: found.code,
    sensorEui: found.sensor_eui,
  }));

/** A space by its id, or by its code where only one live space has it. */
export async function findSpace(
  resources: Resources,
  text: string,
  tenant: string | undefined,
): Promise<FoundSpace> {
  await readModelsUpTo(resources, 'now', ['spaces_current', 'tenants', 'devices', 'api_keys']);
  const tenantId = tenant === undefined ? null : requireId(tenant, 'tenant');
  const id = readId(text);
  const found = await resources.read.any(
    id === null
      ? sql.type(row)`
          SELECT tenant_id, space_id, code, sensor_eui FROM read_model.spaces_current
          WHERE code = ${text.trim().toUpperCase()} AND status = 'live'
            AND (${tenantId}::uuid IS NULL OR tenant_id = ${tenantId}::uuid) LIMIT 3`
      : sql.type(row)`
          SELECT tenant_id, space_id, code, sensor_eui FROM read_model.spaces_current
          WHERE space_id = ${id}::uuid
            AND (${tenantId}::uuid IS NULL OR tenant_id = ${tenantId}::uuid) LIMIT 3`,
  );
  const [space, other] = found;
  if (space === undefined) throw new Failure('not-found', `there is no space ${text}`);
  if (other !== undefined) {
    throw new Failure('ambiguous', `several spaces have the code ${text}: give the id, or --tenant`, {
      spaces: found.map(({ spaceId }) => spaceId),
    });
  }
  return space;
}
