import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { type Quotas } from '../../domain/tenant/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { behind, type Page, pageOf, type PageRequest, sorted } from '../reading/page.ts';
import { instant, json } from '../reading/row-parsers.ts';

export interface Tenant {
  readonly tenantId: string;
  readonly name: string;
  readonly mode: 'live' | 'test';
  readonly plan: { readonly name: string; readonly quotas: Quotas };
  readonly suspended: boolean;
  readonly registeredAt: Instant;
  readonly revision: number;
}

const tenantRow = z
  .object({
    tenant_id: z.string(),
    name: z.string(),
    mode: z.enum(['live', 'test']),
    plan: json<Tenant['plan']>(),
    suspended: z.boolean(),
    registered_at: instant,
    revision: z.number(),
  })
  .transform(({ tenant_id, registered_at, ...rest }): Tenant => ({
    tenantId: tenant_id,
    registeredAt: registered_at,
    ...rest,
  }));

const columns = sql.fragment`tenant_id, name, mode, plan, suspended, registered_at, revision`;

export async function maybeOneTenant(database: CommonQueryMethods, tenantId: string): Promise<Tenant | null> {
  return database.maybeOne(
    sql.type(tenantRow)`SELECT ${columns} FROM read_model.tenants WHERE tenant_id = ${tenantId}::uuid`,
  );
}

/** For operators of the whole system: the one list that crosses tenants. */
export async function manyTenants(database: CommonQueryMethods, page: PageRequest): Promise<Page<Tenant>> {
  const key = [{ column: sql.fragment`tenant_id`, type: 'uuid' as const }];
  const rows = await database.any(sql.type(tenantRow)`
    SELECT ${columns} FROM read_model.tenants WHERE ${behind(key, page)}
    ORDER BY ${sorted(key, page)} LIMIT ${page.limit + 1}`);
  return pageOf(
    rows,
    page.limit,
    (tenant) => [tenant.tenantId],
    (tenant) => tenant,
  );
}
