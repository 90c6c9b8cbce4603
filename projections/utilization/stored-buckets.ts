import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { type Bucket, inScope, type Question, timestamp } from './question.ts';

const measures = {
  oos_s: z.number(),
  unknown_s: z.number(),
  occupied_s: z.number(),
  vacant_s: z.number(),
  closed_unknown_s: z.number(),
  closed_occupied_s: z.number(),
  closed_vacant_s: z.number(),
  arrivals: z.number(),
  departures: z.number(),
  dwell_sum_s: z.number(),
  dwell_n: z.number(),
  dwell_n_uncertain: z.number(),
};

const bucketRow = z
  .object({
    ...measures,
    start_s: z.number(),
    end_s: z.number(),
    local_date: z.string(),
    local_hour: z.number().nullable(),
    utc_offset_s: z.number().nullable(),
    fold: z.number().nullable(),
    spaces: z.number(),
    revision: z.number(),
    sealed: z.boolean(),
  })
  .transform(
    ({
      start_s,
      end_s,
      local_date,
      local_hour,
      utc_offset_s,
      fold,
      spaces,
      revision,
      sealed,
      ...sums
    }): Bucket => ({
      start: start_s,
      end: end_s,
      localDate: local_date,
      localHour: local_hour,
      utcOffsetS: utc_offset_s,
      fold,
      sums,
      spaces,
      revision,
      sealed,
    }),
  );

const sums = sql.fragment`sum(b.oos_s) AS oos_s, sum(b.unknown_s) AS unknown_s, sum(b.occupied_s) AS occupied_s,
  sum(b.vacant_s) AS vacant_s, sum(b.closed_unknown_s) AS closed_unknown_s,
  sum(b.closed_occupied_s) AS closed_occupied_s, sum(b.closed_vacant_s) AS closed_vacant_s,
  sum(b.arrivals) AS arrivals, sum(b.departures) AS departures, sum(b.dwell_sum_s) AS dwell_sum_s,
  sum(b.dwell_n) AS dwell_n, sum(b.dwell_n_uncertain) AS dwell_n_uncertain,
  count(*) AS spaces, max(b.revision) AS revision, bool_and(b.sealed) AS sealed`;

/** Buckets by their start: of every space those that ended before its last event, which no tail can change. */
export async function storedBuckets(
  database: CommonQueryMethods,
  question: Question,
): Promise<Map<number, Bucket>> {
  const { grain, window } = question;
  const hours = sql.fragment`read_model.utilization_hourly AS b`;
  const days = sql.fragment`read_model.utilization_daily AS b`;
  const [table, start, end, label] =
    grain === 'hour'
      ? [
          hours,
          sql.fragment`b.hour_start`,
          sql.fragment`b.hour_end`,
          sql.fragment`b.local_hour, b.utc_offset_s, b.fold`,
        ]
      : [
          days,
          sql.fragment`b.day_start`,
          sql.fragment`b.day_end`,
          sql.fragment`NULL::integer AS local_hour, NULL::integer AS utc_offset_s, NULL::integer AS fold`,
        ];
  const rows = await database.any(sql.type(bucketRow)`
    SELECT extract(epoch FROM ${start})::bigint AS start_s, extract(epoch FROM ${end})::bigint AS end_s, b.local_date,
      ${label}, ${sums}
    FROM ${table}
    JOIN read_model.utilization_spaces AS u ON u.tenant_id = b.tenant_id AND u.space_id = b.space_id
    WHERE ${inScope(question, sql.fragment`b`, start)}
      AND ${start} >= ${timestamp(window.lo)} AND ${start} < ${timestamp(window.hi)}
      AND ${end} <= date_trunc('second', u.computed_through)
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1`);
  return new Map(rows.map((row) => [row.start, row]));
}
