import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { DWELL_UNCERTAINTY_MAX_S } from '../../domain/utilization/measure.ts';
import { type Bucket, inScope, type Question, timestamp } from './question.ts';

export interface BucketStayFigures {
  readonly openAtEnd: number;
  readonly dwellMedianS: number | null;
}

const figuresRow = z
  .object({ open_at_end: z.number(), dwell_median_s: z.number().nullable() })
  .transform((row): BucketStayFigures => ({ openAtEnd: row.open_at_end, dwellMedianS: row.dwell_median_s }));

/**
 * What does not add up over buckets, from the stays themselves: one pass over the stays that touch the window, for all
 * buckets at once.
 */
export async function stayFiguresOf(
  database: CommonQueryMethods,
  question: Question,
  buckets: readonly Bucket[],
): Promise<readonly BucketStayFigures[]> {
  const [first] = buckets;
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return [];
  const rows = await database.any(sql.type(figuresRow)`
    WITH stays AS MATERIALIZED (
      SELECT floor(extract(epoch FROM s.start_at))::bigint AS started,
        floor(extract(epoch FROM s.end_at))::bigint AS ended, s.end_cause, s.uncertainty_s
      FROM read_model.sessions AS s
      JOIN read_model.utilization_spaces AS u ON u.tenant_id = s.tenant_id AND u.space_id = s.space_id
      WHERE ${inScope(question, sql.fragment`u`, sql.fragment`s.start_at`)}
        AND s.start_at < ${timestamp(last.end)} AND (s.end_at IS NULL OR s.end_at >= ${timestamp(first.start)})
    )
    SELECT count(*) FILTER (WHERE t.started < b.hi AND (t.ended IS NULL OR t.ended >= b.hi)) AS open_at_end,
      percentile_cont(0.5) WITHIN GROUP (ORDER BY t.ended - t.started) FILTER (
        WHERE t.ended >= b.lo AND t.ended < b.hi AND t.end_cause = 'departure'
          AND t.uncertainty_s <= ${DWELL_UNCERTAINTY_MAX_S}) AS dwell_median_s
    FROM unnest(${sql.array(
      buckets.map(({ start }) => start),
      'int8',
    )}, ${sql.array(
      buckets.map(({ end }) => end),
      'int8',
    )}) AS b (lo, hi)
    LEFT JOIN stays AS t ON t.started < b.hi AND (t.ended IS NULL OR t.ended >= b.lo)
    GROUP BY b.lo, b.hi ORDER BY b.lo`);
  return rows;
}
