import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { type Instant } from '../../domain/time/instant.ts';
import { all, behind, type Page, pageOf, type PageRequest, sorted } from '../reading/page.ts';
import { instant, nullableInstant } from '../reading/row-parsers.ts';
import { scopeConditions, type SpaceScope } from '../reading/space-scope.ts';
import { sessionQualities, type SessionQuality } from './table.ts';

/** A stay as the API answers it (interface.md §4). */
const sessionRow = z
  .object({
    session_id: z.string(),
    space_id: z.string(),
    start_at: instant,
    end_at: nullableInstant,
    duration_s: z.number().nullable(),
    uncertainty_s: z.number(),
    quality: z.enum(sessionQualities),
    flapping: z.boolean(),
    correction_no: z.number(),
    source: z.enum(['sensor', 'staff', 'import']),
  })
  .transform(({ session_id, space_id, start_at, end_at, ...rest }) => ({
    id: session_id,
    space_id,
    start_time: start_at,
    end_time: end_at,
    ...rest,
  }));
export type SessionView = z.infer<typeof sessionRow>;

export interface SessionFilter extends SpaceScope {
  /** Stays that touch [from, to). */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly quality?: SessionQuality | undefined;
  readonly flapping?: boolean | undefined;
}

/**
 * The sensor of the space flapped (rule U8) while the stay lasted, or in the window by which that was seen. Joined when it
 * is asked for: what a device tells of itself is in its stream, and a stay is a row of its space.
 */
const flapping = sql.fragment`EXISTS (
  SELECT 1 FROM read_model.device_assignments AS a
  JOIN read_model.incidents AS i ON i.tenant_id = a.tenant_id AND i.source_id = a.dev_eui AND i.kind = 'flapping'
    AND (a.to_at IS NULL OR i.started_at < a.to_at) AND (i.ended_at IS NULL OR i.ended_at > a.from_at)
  WHERE a.tenant_id = sessions.tenant_id AND a.space_id = sessions.space_id AND a.role = 'sensor'
    AND (sessions.end_at IS NULL
      OR i.started_at - (i.detail::json ->> 'window_s')::integer * interval '1 second' < sessions.end_at)
    AND (i.ended_at IS NULL OR i.ended_at > sessions.start_at)
    AND (sessions.end_at IS NULL OR a.from_at < sessions.end_at) AND (a.to_at IS NULL OR a.to_at > sessions.start_at))`;

const columns = sql.fragment`session_id, space_id, start_at, end_at, uncertainty_s, quality, correction_no, source, ${flapping} AS flapping,
  (floor(extract(epoch FROM end_at)) - floor(extract(epoch FROM start_at)))::integer AS duration_s`;

export async function maybeOneSession(
  database: CommonQueryMethods,
  tenantId: string,
  sessionId: string,
): Promise<SessionView | null> {
  return database.maybeOne(sql.type(sessionRow)`
    SELECT ${columns} FROM read_model.sessions
    WHERE tenant_id = ${tenantId}::uuid AND session_id = ${sessionId}::uuid`);
}

export async function manySessions(
  database: CommonQueryMethods,
  tenantId: string,
  filter: SessionFilter,
  page: PageRequest,
): Promise<Page<SessionView>> {
  const key = [
    { column: sql.fragment`start_at`, type: 'timestamptz' as const },
    { column: sql.fragment`session_id`, type: 'uuid' as const },
  ];
  const { from, to, quality, flapping: flaps } = filter;
  const conditions = [...scopeConditions(tenantId, filter), behind(key, page)];
  if (from !== undefined) conditions.push(sql.fragment`(end_at IS NULL OR end_at > ${from}::timestamptz)`);
  if (to !== undefined) conditions.push(sql.fragment`start_at < ${to}::timestamptz`);
  if (quality !== undefined) conditions.push(sql.fragment`quality = ${quality}`);
  if (flaps !== undefined) conditions.push(sql.fragment`${flapping} = ${flaps}`);
  const rows = await database.any(sql.type(sessionRow)`
    SELECT ${columns}
    FROM read_model.sessions WHERE ${all(conditions)}
    ORDER BY ${sorted(key, page)} LIMIT ${page.limit + 1}`);
  return pageOf(
    rows,
    page.limit,
    (row) => [row.start_time, row.id],
    (row) => row,
  );
}
