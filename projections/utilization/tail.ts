import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { epochSecond } from '../../domain/time/instant.ts';
import { dayBucketAt, hourBucketAt } from '../../domain/utilization/buckets.ts';
import { addMeasures } from '../../domain/utilization/measure.ts';
import { instant, json, jsonText } from '../reading/row-parsers.ts';
import { type SiteRow } from '../sites/table.ts';
import { measuresIn } from './bucket-rows.ts';
import { type UtilizationFacts } from './facts.ts';
import { type Bucket, inScope, type Question, timestamp } from './question.ts';
import { Clocks, SiteCalendar } from './site-calendar.ts';

const spaceRow = z.object({
  computed_through: instant,
  facts: jsonText<UtilizationFacts>(),
  time_zone: z.string(),
  time_zones: json<SiteRow['time_zones']>(),
  opening_hours: json<SiteRow['opening_hours']>(),
});

/**
 * What has happened since the last event of each space: time went on. The bucket in which that event lies, and those
 * after it up to now, are computed from the facts, as the fold itself would at an event that happened now.
 */
export async function addTail(
  database: CommonQueryMethods,
  question: Question,
  buckets: Map<number, Bucket>,
): Promise<void> {
  const { window } = question;
  const member = sql.fragment`greatest(u.computed_through, ${timestamp(window.lo)})`;
  const rows = await database.any(sql.type(spaceRow)`
    SELECT u.computed_through, u.facts, coalesce(s.time_zone, 'UTC') AS time_zone,
      coalesce(s.time_zones, '[]') AS time_zones, coalesce(s.opening_hours, '[]') AS opening_hours
    FROM read_model.utilization_spaces AS u
    LEFT JOIN read_model.utilization_sites AS s ON s.tenant_id = u.tenant_id AND s.site_id = u.site_id
    WHERE ${inScope(question, sql.fragment`u`, member)} AND u.computed_through < ${timestamp(window.hi)}`);
  const clocks = new Clocks();
  const calendars = new Map<string, SiteCalendar>();
  for (const row of rows) {
    const { time_zone, time_zones, opening_hours } = row;
    const key = JSON.stringify([time_zone, time_zones, opening_hours]);
    const calendar = calendars.get(key) ?? new SiteCalendar({ time_zone, time_zones, opening_hours }, clocks);
    calendars.set(key, calendar);
    addSpace(question, buckets, row.facts, calendar, epochSecond(row.computed_through));
  }
}

function addSpace(
  { grain, window, now }: Question,
  buckets: Map<number, Bucket>,
  facts: UtilizationFacts,
  calendar: SiteCalendar,
  computedThrough: number,
): void {
  const last = Math.max(Math.min(now, window.hi - 1), computedThrough);
  for (let at = computedThrough; at <= last;) {
    const bounds = boundsAt(grain, calendar, at);
    at = bounds.end;
    if (bounds.start < window.lo || bounds.start >= window.hi) continue;
    const part = { lo: bounds.start, hi: bounds.end };
    const measures = measuresIn({ facts, calendar, through: Math.max(now, computedThrough) }, part);
    const known = buckets.get(bounds.start);
    buckets.set(
      bounds.start,
      known === undefined
        ? { ...bounds, sums: measures, spaces: 1, revision: 0, sealed: false }
        : { ...known, sums: addMeasures(known.sums, measures), spaces: known.spaces + 1, sealed: false },
    );
  }
}

function boundsAt(
  grain: Question['grain'],
  calendar: SiteCalendar,
  at: number,
): Omit<Bucket, 'sums' | 'spaces' | 'revision' | 'sealed'> {
  const clock = calendar.clockAt(at);
  return grain === 'hour'
    ? hourBucketAt(at, clock)
    : { ...dayBucketAt(at, clock), localHour: null, utcOffsetS: null, fold: null };
}
