import { sql } from 'slonik';
import { type Measures } from '../../domain/utilization/measure.ts';
import { type Window } from '../../domain/utilization/spans.ts';
import { type SqlFragment } from '../reading/page.ts';

export type Scope = 'space' | 'zone' | 'site';

export interface Question {
  readonly tenantId: string;
  readonly scope: Scope;
  readonly id: string;
  readonly grain: 'hour' | 'day';
  readonly window: Window;
  readonly now: number;
}

/** Sums over the spaces of the scope. */
export interface Bucket {
  readonly start: number;
  readonly end: number;
  readonly localDate: string;
  readonly localHour: number | null;
  readonly utcOffsetS: number | null;
  readonly fold: number | null;
  readonly sums: Measures;
  readonly spaces: number;
  readonly revision: number;
  readonly sealed: boolean;
}

/** Whether a row of `alias` (of a space, at the instant `at`) belongs to the scope. */
export function inScope(question: Question, alias: SqlFragment, at: SqlFragment): SqlFragment {
  const { tenantId, scope, id } = question;
  const ofTenant = sql.fragment`${alias}.tenant_id = ${tenantId}::uuid`;
  if (scope === 'space') return sql.fragment`${ofTenant} AND ${alias}.space_id = ${id}::uuid`;
  if (scope === 'site') return sql.fragment`${ofTenant} AND ${alias}.site_id = ${id}::uuid`;
  return sql.fragment`${ofTenant} AND EXISTS (
    SELECT 1 FROM read_model.space_zone_history AS z
    WHERE z.tenant_id = ${tenantId}::uuid AND z.zone_id = ${id}::uuid AND z.space_id = ${alias}.space_id
      AND z.from_at <= ${at} AND (z.to_at IS NULL OR z.to_at > ${at}))`;
}

export function timestamp(epochS: number): SqlFragment {
  return sql.fragment`to_timestamp(${epochS}::bigint)`;
}
