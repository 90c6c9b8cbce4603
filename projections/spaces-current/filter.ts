import { sql } from 'slonik';
import { type Attributes } from '../../domain/identity/names.ts';
import { type OccupancyValue, type StateName } from '../../domain/space/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type SqlFragment } from '../reading/page.ts';
import { type SpaceView } from './read-space.ts';

export interface SpaceFilter {
  readonly siteId?: string | undefined;
  readonly zoneId?: string | undefined;
  readonly code?: string | undefined;
  readonly state?: StateName | undefined;
  readonly occupancy?: OccupancyValue | undefined;
  /** null: those of which nobody knows. */
  readonly available?: boolean | null | undefined;
  readonly attributes?: Attributes | undefined;
  readonly near?: { readonly lat: number; readonly lon: number; readonly radiusM: number } | undefined;
  /** West may be greater than east: over the date line. */
  readonly bbox?:
    | { readonly west: number; readonly south: number; readonly east: number; readonly north: number }
    | undefined;
}

const EARTH_RADIUS_M = 6_371_008.8;

/** What does not change by itself. */
export function fixedConditions(tenantId: string, filter: SpaceFilter): SqlFragment[] {
  const { siteId, zoneId, code, occupancy, attributes, near, bbox } = filter;
  const conditions = [sql.fragment`tenant_id = ${tenantId}::uuid`, sql.fragment`status = 'live'`];
  if (siteId !== undefined) conditions.push(sql.fragment`site_id = ${siteId}::uuid`);
  if (zoneId !== undefined) conditions.push(sql.fragment`zone_id = ${zoneId}::uuid`);
  if (code !== undefined) conditions.push(sql.fragment`code = ${code}`);
  if (occupancy !== undefined) conditions.push(sql.fragment`occupancy = ${occupancy}`);
  if (attributes !== undefined)
    conditions.push(sql.fragment`attributes @> ${JSON.stringify(attributes)}::jsonb`);
  if (near !== undefined) conditions.push(withinRadius(near));
  if (bbox !== undefined) conditions.push(withinBox(bbox));
  return conditions;
}

/** What may have changed by itself: rows that match as they are stored, and all that are overdue. */
export function movingCondition({ state, available }: SpaceFilter, at: Instant): SqlFragment {
  const matching: SqlFragment[] = [];
  if (state !== undefined) matching.push(sql.fragment`state = ${state}`);
  if (available !== undefined)
    matching.push(sql.fragment`available IS NOT DISTINCT FROM ${available}::boolean`);
  if (matching.length === 0) return sql.fragment`TRUE`;
  return sql.fragment`(next_boundary_at <= ${at}::timestamptz OR (${sql.join(matching, sql.fragment` AND `)}))`;
}

/** The second look, at what the space is now. */
export function matches(view: SpaceView, { state, available }: SpaceFilter): boolean {
  return (
    (state === undefined || view.state === state) && (available === undefined || view.available === available)
  );
}

function withinRadius({ lat, lon, radiusM }: NonNullable<SpaceFilter['near']>): SqlFragment {
  return sql.fragment`lat_e7 IS NOT NULL AND 2 * ${EARTH_RADIUS_M}::float8 * asin(least(1, sqrt(
      power(sin(radians(lat_e7 / 1e7 - ${lat}::float8) / 2), 2)
      + cos(radians(${lat}::float8)) * cos(radians(lat_e7 / 1e7)) * power(sin(radians(lon_e7 / 1e7 - ${lon}::float8) / 2), 2)
    ))) <= ${radiusM}::float8`;
}

function withinBox({ west, south, east, north }: NonNullable<SpaceFilter['bbox']>): SqlFragment {
  const inside = sql.fragment`lat_e7 BETWEEN ${south}::float8 * 1e7 AND ${north}::float8 * 1e7`;
  const eastOf = sql.fragment`lon_e7 >= ${west}::float8 * 1e7`;
  const westOf = sql.fragment`lon_e7 <= ${east}::float8 * 1e7`;
  return west <= east
    ? sql.fragment`${inside} AND ${eastOf} AND ${westOf}`
    : sql.fragment`${inside} AND (${eastOf} OR ${westOf})`;
}
