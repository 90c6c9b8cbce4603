import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { type Reason } from '../../domain/reason/reason.ts';
import { overrideKindSchema } from '../../domain/space/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import {
  all,
  behind,
  type Page,
  pageOf,
  type PageRequest,
  sorted,
  type SqlFragment,
} from '../reading/page.ts';
import { instant, json, nullableInstant } from '../reading/row-parsers.ts';
import { scopeConditions, type SpaceScope } from '../reading/space-scope.ts';

const overrideRow = z
  .object({
    override_id: z.string(),
    space_id: z.string(),
    kind: overrideKindSchema,
    reason: json<Reason>(),
    applied_by: z.string().nullable(),
    applied_at: instant,
    starts_at: instant,
    ends_at: nullableInstant,
    ended_at: nullableInstant,
    end_cause: z.enum(['expired', 'lifted', 'decommissioned']).nullable(),
    lifted_by: z.string().nullable(),
    status: z.enum(['scheduled', 'active', 'ended']),
    revision: z.number(),
  })
  .transform((row) => ({
    overrideId: row.override_id,
    spaceId: row.space_id,
    kind: row.kind,
    reason: row.reason,
    appliedBy: row.applied_by,
    appliedAt: row.applied_at,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    endedAt: row.ended_at,
    endCause: row.end_cause,
    liftedBy: row.lifted_by,
    status: row.status,
    /** Of the space's stream, when the override last changed. */
    revision: row.revision,
  }));
export type OverrideView = z.infer<typeof overrideRow>;

export interface OverrideFilter extends SpaceScope {
  readonly kind?: OverrideView['kind'] | undefined;
  readonly status?: OverrideView['status'] | undefined;
}

/** At an instant, clock process or not. */
function statusAt(at: Instant): SqlFragment {
  return sql.fragment`CASE
    WHEN ended_at IS NOT NULL OR ends_at <= ${at}::timestamptz THEN 'ended'
    WHEN starts_at > ${at}::timestamptz THEN 'scheduled' ELSE 'active' END`;
}

function columns(at: Instant): SqlFragment {
  return sql.fragment`override_id, space_id, kind, reason, applied_by, applied_at, starts_at, ends_at, ended_at,
    end_cause, lifted_by, ${statusAt(at)} AS status, revision`;
}

export async function maybeOneOverride(
  database: CommonQueryMethods,
  tenantId: string,
  overrideId: string,
  at: Instant,
): Promise<OverrideView | null> {
  return database.maybeOne(sql.type(overrideRow)`
    SELECT ${columns(at)} FROM read_model.overrides
    WHERE tenant_id = ${tenantId}::uuid AND override_id = ${overrideId}::uuid`);
}

export async function manyOverrides(
  database: CommonQueryMethods,
  tenantId: string,
  filter: OverrideFilter,
  page: PageRequest,
  at: Instant,
): Promise<Page<OverrideView>> {
  const key = [
    { column: sql.fragment`starts_at`, type: 'timestamptz' as const },
    { column: sql.fragment`override_id`, type: 'uuid' as const },
  ];
  const conditions = [...scopeConditions(tenantId, filter), behind(key, page)];
  if (filter.kind !== undefined) conditions.push(sql.fragment`kind = ${filter.kind}`);
  if (filter.status !== undefined) conditions.push(sql.fragment`${statusAt(at)} = ${filter.status}`);
  const rows = await database.any(sql.type(overrideRow)`
    SELECT ${columns(at)} FROM read_model.overrides WHERE ${all(conditions)}
    ORDER BY ${sorted(key, page)} LIMIT ${page.limit + 1}`);
  return pageOf(
    rows,
    page.limit,
    (row) => [row.startsAt, row.overrideId],
    (row) => row,
  );
}
