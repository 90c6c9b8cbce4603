import { type CommonQueryMethods, sql } from 'slonik';
import { epochSecond, type Instant, instantOf } from '../../domain/time/instant.ts';
import { type Measures, noMeasures } from '../../domain/utilization/measure.ts';
import { type Basis, onBasis, type Ratios, ratiosOf } from '../../domain/utilization/ratios.ts';
import { addTail } from './tail.ts';
import { type Bucket, type Question, type Scope } from './question.ts';
import { storedBuckets } from './stored-buckets.ts';
import { stayFiguresOf } from './stay-figures.ts';

export type { Scope } from './question.ts';

export interface UtilizationRequest {
  readonly scope: Scope;
  readonly id: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly grain: 'hour' | 'day';
  readonly basis: Basis;
}

/** One bucket of the scope, with the names of utilization-and-standards.md §3.2. */
export interface UtilizationView extends Measures, Ratios {
  readonly start_time: Instant;
  readonly end_time: Instant;
  readonly local_date: string;
  readonly local_hour: number | null;
  readonly utc_offset_s: number | null;
  readonly fold: number | null;
  /** Stays begun before the end of the bucket and not ended before it. */
  readonly open_at_end: number;
  readonly dwell_median_s: number | null;
  readonly spaces: number;
  readonly revision: number;
  readonly sealed: boolean;
  /** Up to here every space of the scope is counted. */
  readonly computed_through: Instant;
}

/**
 * Utilization of a space, a zone (by the membership in force at the time) or a site, in the local hours or days that
 * begin in [from, to). What is stored reaches up to the last event of each space; the rest, up to now, is added here.
 */
export async function manyUtilization(
  database: CommonQueryMethods,
  tenantId: string,
  request: UtilizationRequest,
  at: Instant,
): Promise<readonly UtilizationView[]> {
  const question: Question = {
    tenantId,
    scope: request.scope,
    id: request.id,
    grain: request.grain,
    window: { lo: epochSecond(request.from), hi: epochSecond(request.to) },
    now: epochSecond(at),
  };
  // One snapshot: what is stored and what is added to it must fit together.
  return database.transaction(async (connection) => {
    await connection.query(sql.unsafe`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`);
    const buckets = await storedBuckets(connection, question);
    await addTail(connection, question, buckets);
    const ordered = [...buckets.values()].sort((a, b) => a.start - b.start);
    const figures = await stayFiguresOf(connection, question, ordered);
    return ordered.map((bucket, index) => toView(bucket, request.basis, figures[index], question.now));
  });
}

function toView(
  bucket: Bucket,
  basis: Basis,
  figures: { readonly openAtEnd: number; readonly dwellMedianS: number | null } | undefined,
  now: number,
): UtilizationView {
  const sums = onBasis({ ...noMeasures, ...bucket.sums }, basis);
  return {
    start_time: instantOf(bucket.start * 1000),
    end_time: instantOf(bucket.end * 1000),
    local_date: bucket.localDate,
    local_hour: bucket.localHour,
    utc_offset_s: bucket.utcOffsetS,
    fold: bucket.fold,
    ...sums,
    ...ratiosOf(sums),
    open_at_end: figures?.openAtEnd ?? 0,
    dwell_median_s: figures?.dwellMedianS ?? null,
    spaces: bucket.spaces,
    revision: bucket.revision,
    sealed: bucket.sealed,
    computed_through: instantOf(Math.min(bucket.end, now) * 1000),
  };
}
