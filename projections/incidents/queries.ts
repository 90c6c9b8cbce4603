import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { type JsonObject } from '../../domain/canonical/json.ts';
import { SILENCE_WINDOW_S } from '../../domain/site/whole-silence.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { all, behind, type Page, pageOf, type PageRequest, sorted } from '../reading/page.ts';
import { instant, jsonText, nullableInstant } from '../reading/row-parsers.ts';
import { scopeConditions, type SpaceScope } from '../reading/space-scope.ts';
import { type IncidentKind, incidentKinds } from './table.ts';

const incidentRow = z
  .object({
    incident_id: z.string(),
    kind: z.enum(incidentKinds),
    status: z.enum(['open', 'ended', 'retracted']),
    started_at: instant,
    ended_at: nullableInstant,
    dev_eui: z.string().nullable(),
    space_id: z.string().nullable(),
    site_id: z.string().nullable(),
    part_of: z.string().nullable(),
    detail: jsonText<JsonObject>(),
  })
  .transform(({ incident_id: id, started_at, ended_at, ...rest }) => ({
    id,
    start_time: started_at,
    end_time: ended_at,
    ...rest,
  }));
export type IncidentView = z.infer<typeof incidentRow>;

export interface IncidentFilter extends SpaceScope {
  readonly kind?: IncidentKind | undefined;
  readonly status?: IncidentView['status'] | undefined;
  readonly devEui?: string | undefined;
  /** The silence of a whole site: what belongs to it. */
  readonly partOf?: string | undefined;
  /** Incidents that touch [from, to). */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/**
 * Silent devices of a site that fell silent as a whole are parts of that one incident (U10): they are left out unless a
 * kind, a device, a space or that very incident is asked for. A device that is silent still when its site is heard again
 * is nobody's part: somebody has to look after it.
 */
function showsParts({ kind, devEui, spaceId, partOf }: IncidentFilter): boolean {
  return [kind, devEui, spaceId, partOf].some((asked) => asked !== undefined);
}

/** How far apart the deadlines of one site-wide silence may lie; late facts move its beginning by no more. */
const SILENCE_WINDOW = `${SILENCE_WINDOW_S} seconds`;

/** With the space that the device watched when it began, and that space's site. */
export async function manyIncidents(
  database: CommonQueryMethods,
  tenantId: string,
  filter: IncidentFilter,
  page: PageRequest,
): Promise<Page<IncidentView>> {
  const key = [
    { column: sql.fragment`started_at`, type: 'timestamptz' as const },
    { column: sql.fragment`incident_id`, type: 'uuid' as const },
  ];
  const { from, to, kind, status, devEui, siteId, partOf, ...spaces } = filter;
  const conditions = [...scopeConditions(tenantId, spaces), behind(key, page)];
  if (kind !== undefined) conditions.push(sql.fragment`kind = ${kind}`);
  if (status !== undefined) conditions.push(sql.fragment`status = ${status}`);
  if (devEui !== undefined) conditions.push(sql.fragment`dev_eui = ${devEui}`);
  if (siteId !== undefined) conditions.push(sql.fragment`site_id = ${siteId}::uuid`);
  if (from !== undefined)
    conditions.push(sql.fragment`(ended_at IS NULL OR ended_at > ${from}::timestamptz)`);
  if (to !== undefined) conditions.push(sql.fragment`started_at < ${to}::timestamptz`);
  if (partOf !== undefined) conditions.push(sql.fragment`part_of = ${partOf}::uuid`);
  if (!showsParts(filter)) conditions.push(sql.fragment`part_of IS NULL`);
  const rows = await database.any(sql.type(incidentRow)`
    SELECT incident_id, kind, status, started_at, ended_at, dev_eui, space_id, site_id, part_of, detail
    FROM (
      SELECT i.tenant_id, i.incident_id, i.kind, i.status, i.started_at, i.ended_at, i.dev_eui, i.detail,
        a.space_id, coalesce(i.site_id, s.site_id) AS site_id, p.incident_id AS part_of
      FROM read_model.incidents AS i
      LEFT JOIN LATERAL (
        SELECT d.space_id FROM read_model.device_assignments AS d
        WHERE d.tenant_id = i.tenant_id AND d.dev_eui = i.dev_eui AND d.from_at <= i.started_at
          AND (d.to_at IS NULL OR d.to_at > i.started_at)
        ORDER BY d.from_at DESC LIMIT 1) AS a ON TRUE
      LEFT JOIN read_model.spaces_current AS s ON s.tenant_id = i.tenant_id AND s.space_id = a.space_id
      LEFT JOIN LATERAL (
        SELECT w.incident_id FROM read_model.incidents AS w
        WHERE i.kind = 'device-stale' AND w.tenant_id = i.tenant_id AND w.source_id = s.site_id::text
          AND w.kind = 'site-silence' AND w.status <> 'retracted'
          AND w.started_at <= i.started_at + ${SILENCE_WINDOW}::interval
          AND (w.ended_at IS NULL OR (w.ended_at > i.started_at AND i.ended_at IS NOT NULL))
        ORDER BY w.started_at DESC LIMIT 1) AS p ON TRUE
      WHERE i.tenant_id = ${tenantId}::uuid
    ) AS found
    WHERE ${all(conditions)}
    ORDER BY ${sorted(key, page)} LIMIT ${page.limit + 1}`);
  return pageOf(
    rows,
    page.limit,
    (row) => [row.start_time, row.id],
    (row) => row,
  );
}
