import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { type Location } from '../../domain/identity/names.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { behind, type Page, pageOf, type PageRequest, sorted } from '../reading/page.ts';
import { instant, json } from '../reading/row-parsers.ts';
import { type DatedOpeningHours, type DatedTimeZone } from './table.ts';

export interface Site {
  readonly siteId: string;
  readonly name: string;
  /** In force at the instant of the question. */
  readonly timeZone: string;
  readonly openingHours: Omit<DatedOpeningHours, 'valid_from'> | null;
  readonly location: Location | null;
  readonly status: 'open' | 'closed';
  readonly registeredAt: Instant;
  readonly revision: number;
}

const siteRow = z.object({
  site_id: z.string(),
  name: z.string(),
  time_zone: z.string(),
  time_zones: json<readonly DatedTimeZone[]>(),
  opening_hours: json<readonly DatedOpeningHours[]>(),
  location: json<Location | null>(),
  status: z.enum(['open', 'closed']),
  registered_at: instant,
  revision: z.number(),
});

const columns = sql.fragment`site_id, name, time_zone, time_zones, opening_hours, location, status, registered_at, revision`;

export async function maybeOneSite(
  database: CommonQueryMethods,
  tenantId: string,
  siteId: string,
  at: Instant,
): Promise<Site | null> {
  const row = await database.maybeOne(sql.type(siteRow)`
    SELECT ${columns} FROM read_model.sites WHERE tenant_id = ${tenantId}::uuid AND site_id = ${siteId}::uuid`);
  return row === null ? null : toSite(row, at);
}

export async function manySites(
  database: CommonQueryMethods,
  tenantId: string,
  page: PageRequest,
  at: Instant,
): Promise<Page<Site>> {
  const key = [{ column: sql.fragment`site_id`, type: 'uuid' as const }];
  const rows = await database.any(sql.type(siteRow)`
    SELECT ${columns} FROM read_model.sites
    WHERE tenant_id = ${tenantId}::uuid AND ${behind(key, page)}
    ORDER BY ${sorted(key, page)} LIMIT ${page.limit + 1}`);
  return pageOf(
    rows,
    page.limit,
    (row) => [row.site_id],
    (row) => toSite(row, at),
  );
}

function toSite(row: z.infer<typeof siteRow>, at: Instant): Site {
  return {
    siteId: row.site_id,
    name: row.name,
    timeZone: timeZoneInForce(row.time_zone, row.time_zones, at),
    openingHours: hoursInForce(row.opening_hours, at),
    location: row.location,
    status: row.status,
    registeredAt: row.registered_at,
    revision: row.revision,
  };
}

export function timeZoneInForce(registered: string, later: readonly DatedTimeZone[], at: Instant): string {
  return later.findLast((entry) => entry.valid_from <= at)?.time_zone ?? registered;
}

function hoursInForce(hours: readonly DatedOpeningHours[], at: Instant): Site['openingHours'] {
  const entry = hours.findLast((one) => one.valid_from <= at);
  return entry === undefined ? null : { weekly: entry.weekly, exceptions: entry.exceptions };
}
