import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { type Attributes } from '../../domain/identity/names.ts';
import { occupancyValueSchema, stateNameSchema } from '../../domain/space/events.ts';
import { freeIntervals, type Interval } from '../../domain/space/next-boundary.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { all, behind, encodeCursor, type Page, type PageRequest, sorted } from '../reading/page.ts';
import { instant, json, jsonText, nullableInstant } from '../reading/row-parsers.ts';
import { fixedConditions, matches, movingCondition, type SpaceFilter } from './filter.ts';
import { readSpace, type SpaceView, type StoredSpace } from './read-space.ts';
import { type SpaceFacts } from './table.ts';

export const storedSpace: z.ZodType<StoredSpace> = z.object({
  space_id: z.string(),
  site_id: z.string(),
  zone_id: z.string().nullable(),
  code: z.string(),
  name: z.string(),
  building: z.string().nullable(),
  attributes: json<Attributes>(),
  lat_e7: z.number().nullable(),
  lon_e7: z.number().nullable(),
  status: z.enum(['live', 'decommissioned']),
  commissioned_at: instant,
  decommissioned_at: nullableInstant,
  state: stateNameSchema,
  available: z.boolean().nullable(),
  state_since: instant,
  cause_event: z.string(),
  cause_id: z.string().nullable(),
  occupancy: occupancyValueSchema,
  occupancy_since: instant,
  sensor_eui: z.string().nullable(),
  display_euis: z.array(z.string()),
  as_of: instant,
  next_boundary_at: nullableInstant,
  facts: jsonText<SpaceFacts>(),
  revision: z.number(),
});

export const storedColumns = sql.fragment`space_id, site_id, zone_id, code, name, building, attributes, lat_e7, lon_e7,
  status, commissioned_at, decommissioned_at, state, available, state_since, cause_event, cause_id, occupancy,
  occupancy_since, sensor_eui, display_euis, as_of, next_boundary_at, facts, revision`;

/** Decommissioned ones too: their history stays. */
export async function maybeOneSpace(
  database: CommonQueryMethods,
  tenantId: string,
  spaceId: string,
  at: Instant,
): Promise<SpaceView | null> {
  const row = await maybeOneStoredSpace(database, tenantId, spaceId);
  return row === null ? null : readSpace(row, at);
}

export async function maybeOneStoredSpace(
  database: CommonQueryMethods,
  tenantId: string,
  spaceId: string,
): Promise<StoredSpace | null> {
  return database.maybeOne(sql.type(storedSpace)`
    SELECT ${storedColumns} FROM read_model.spaces_current
    WHERE tenant_id = ${tenantId}::uuid AND space_id = ${spaceId}::uuid`);
}

const KEY = [
  { column: sql.fragment`site_id`, type: 'uuid' as const },
  { column: sql.fragment`code`, type: 'text' as const },
  { column: sql.fragment`space_id`, type: 'uuid' as const },
];

const keyOf = (row: StoredSpace): string[] => [row.site_id, row.code, row.space_id];

/**
 * Live spaces by site and code. State moves with time: rows that are overdue are read whatever they say, recomputed,
 * and looked at again, so that the list is right while no clock announces anything.
 */
export async function manySpaces(
  database: CommonQueryMethods,
  tenantId: string,
  filter: SpaceFilter,
  page: PageRequest,
  at: Instant,
): Promise<Page<SpaceView>> {
  const items: { readonly view: SpaceView; readonly row: StoredSpace }[] = [];
  let { cursor } = page;
  for (;;) {
    const request = { ...page, cursor };
    const rows = await database.any(sql.type(storedSpace)`
      SELECT ${storedColumns} FROM read_model.spaces_current
      WHERE ${all([...fixedConditions(tenantId, filter), movingCondition(filter, at), behind(KEY, request)])}
      ORDER BY ${sorted(KEY, request)} LIMIT ${page.limit + 1}`);
    for (const row of rows) {
      const view = readSpace(row, at);
      if (matches(view, filter)) items.push({ view, row });
    }
    const last = rows.at(-1);
    // Enough to know whether there is a next page, or nothing left to look at.
    if (items.length > page.limit || last === undefined || rows.length <= page.limit) break;
    cursor = encodeCursor(keyOf(last));
  }
  const shown = items.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ view }) => view),
    nextCursor: items.length > page.limit && last !== undefined ? encodeCursor(keyOf(last.row)) : null,
  };
}

export interface SpaceAvailability {
  readonly space: SpaceView;
  readonly free: readonly Interval[];
}

/** The free intervals of the spaces of a zone within [from, to). */
export async function manyAvailabilities(
  database: CommonQueryMethods,
  tenantId: string,
  filter: SpaceFilter,
  window: { readonly from: Instant; readonly to: Instant },
  at: Instant,
): Promise<readonly SpaceAvailability[]> {
  const rows = await database.any(sql.type(storedSpace)`
    SELECT ${storedColumns} FROM read_model.spaces_current
    WHERE ${all(fixedConditions(tenantId, filter))} ORDER BY site_id, code, space_id`);
  return rows.map((row) => ({ space: readSpace(row, at), free: freeIntervalsOf(row, window, at) }));
}

export function freeIntervalsOf(
  { facts, status }: StoredSpace,
  window: { readonly from: Instant; readonly to: Instant },
  at: Instant,
): readonly Interval[] {
  if (status !== 'live') return [];
  return freeIntervals(facts, window.from, window.to, at, facts.bookingBufferS);
}
