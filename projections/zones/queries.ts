import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { type Attributes } from '../../domain/identity/names.ts';
import { all, behind, type Page, pageOf, type PageRequest, sorted } from '../reading/page.ts';
import { json } from '../reading/row-parsers.ts';

export interface Zone {
  readonly zoneId: string;
  readonly siteId: string;
  readonly code: string;
  readonly name: string;
  readonly attributes: Attributes;
  readonly capacityBasis: 'demarcated' | 'estimated';
  readonly status: 'open' | 'closed';
  readonly revision: number;
}

const zoneRow = z
  .object({
    zone_id: z.string(),
    site_id: z.string(),
    code: z.string(),
    name: z.string(),
    attributes: json<Attributes>(),
    capacity_basis: z.enum(['demarcated', 'estimated']),
    status: z.enum(['open', 'closed']),
    revision: z.number(),
  })
  .transform(({ zone_id, site_id, capacity_basis, ...rest }): Zone => ({
    zoneId: zone_id,
    siteId: site_id,
    capacityBasis: capacity_basis,
    ...rest,
  }));

const columns = sql.fragment`zone_id, site_id, code, name, attributes, capacity_basis, status, revision`;

export async function maybeOneZone(
  database: CommonQueryMethods,
  tenantId: string,
  zoneId: string,
): Promise<Zone | null> {
  return database.maybeOne(sql.type(zoneRow)`
    SELECT ${columns} FROM read_model.zones WHERE tenant_id = ${tenantId}::uuid AND zone_id = ${zoneId}::uuid`);
}

export async function manyZones(
  database: CommonQueryMethods,
  tenantId: string,
  filter: { readonly siteId?: string | undefined },
  page: PageRequest,
): Promise<Page<Zone>> {
  const key = [
    { column: sql.fragment`site_id`, type: 'uuid' as const },
    { column: sql.fragment`zone_id`, type: 'uuid' as const },
  ];
  const conditions = [sql.fragment`tenant_id = ${tenantId}::uuid`, behind(key, page)];
  if (filter.siteId !== undefined) conditions.push(sql.fragment`site_id = ${filter.siteId}::uuid`);
  const rows = await database.any(sql.type(zoneRow)`
    SELECT ${columns} FROM read_model.zones WHERE ${all(conditions)}
    ORDER BY ${sorted(key, page)} LIMIT ${page.limit + 1}`);
  return pageOf(
    rows,
    page.limit,
    (zone) => [zone.siteId, zone.zoneId],
    (zone) => zone,
  );
}
