import { sql } from 'slonik';
import { type SqlFragment } from './page.ts';

/** What lists of things that happened on spaces are narrowed by. */
export interface SpaceScope {
  readonly spaceId?: string | undefined;
  readonly zoneId?: string | undefined;
  readonly siteId?: string | undefined;
}

/** By the zone and site that the space belongs to now. */
export function scopeConditions(tenantId: string, { spaceId, zoneId, siteId }: SpaceScope): SqlFragment[] {
  const conditions = [sql.fragment`tenant_id = ${tenantId}::uuid`];
  if (spaceId !== undefined) conditions.push(sql.fragment`space_id = ${spaceId}::uuid`);
  const spacesWhere = (condition: SqlFragment): SqlFragment =>
    sql.fragment`space_id IN (SELECT space_id FROM read_model.spaces_current
      WHERE tenant_id = ${tenantId}::uuid AND ${condition})`;
  if (zoneId !== undefined) conditions.push(spacesWhere(sql.fragment`zone_id = ${zoneId}::uuid`));
  if (siteId !== undefined) conditions.push(spacesWhere(sql.fragment`site_id = ${siteId}::uuid`));
  return conditions;
}
