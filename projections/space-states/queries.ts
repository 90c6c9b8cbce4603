import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { stateNameSchema } from '../../domain/space/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { all, behind, type Page, pageOf, type PageRequest, sorted } from '../reading/page.ts';
import { instant, nullableInstant } from '../reading/row-parsers.ts';
import { scopeConditions, type SpaceScope } from '../reading/space-scope.ts';

const stateRow = z.object({
  space_id: z.string(),
  from_at: instant,
  to_at: nullableInstant,
  former_state: stateNameSchema.nullable(),
  state: stateNameSchema,
  available: z.boolean().nullable(),
  cause_event: z.string(),
  cause_id: z.string().nullable(),
  tags: z.array(z.string()),
  rules_version: z.number(),
  from_revision: z.number(),
});
export type StateChangeView = z.infer<typeof stateRow>;

export interface StateChangeFilter extends SpaceScope {
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** The announcements whose effect began in [from, to). */
export async function manyStateChanges(
  database: CommonQueryMethods,
  tenantId: string,
  filter: StateChangeFilter,
  page: PageRequest,
): Promise<Page<StateChangeView>> {
  const key = [
    { column: sql.fragment`from_at`, type: 'timestamptz' as const },
    { column: sql.fragment`space_id`, type: 'uuid' as const },
    { column: sql.fragment`lpad(from_revision::text, 16, '0')`, type: 'text' as const },
  ];
  const conditions = [...scopeConditions(tenantId, filter), behind(key, page)];
  if (filter.from !== undefined) conditions.push(sql.fragment`from_at >= ${filter.from}::timestamptz`);
  if (filter.to !== undefined) conditions.push(sql.fragment`from_at < ${filter.to}::timestamptz`);
  const rows = await database.any(sql.type(stateRow)`
    SELECT space_id, from_at, to_at, former_state, state, available, cause_event, cause_id, tags, rules_version,
      from_revision
    FROM read_model.space_states WHERE ${all(conditions)}
    ORDER BY ${sorted(key, page)} LIMIT ${page.limit + 1}`);
  return pageOf(
    rows,
    page.limit,
    (row) => [row.from_at, row.space_id, String(row.from_revision).padStart(16, '0')],
    (row) => row,
  );
}
