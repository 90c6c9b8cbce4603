import { instantOf } from '../../domain/time/instant.ts';
import { dayBucketAt, hourBucketAt } from '../../domain/utilization/buckets.ts';
import { measure, type Measures } from '../../domain/utilization/measure.ts';
import { type Window } from '../../domain/utilization/spans.ts';
import { historyOf, type UtilizationFacts } from './facts.ts';
import { type SiteCalendar } from './site-calendar.ts';
import { type DayRow, type HourRow } from './table.ts';

/** Of which space, as of which event. */
export interface BucketsOf {
  readonly tenantId: string;
  readonly spaceId: string;
  readonly siteId: string;
  readonly spaceRevision: number;
  readonly facts: UtilizationFacts;
  readonly calendar: SiteCalendar;
  /** Time counts up to here. */
  readonly through: number;
}

/** The hours that touch [from, through], computed from the facts. */
export function hourRows(of: BucketsOf, from: number): HourRow[] {
  return bucketsFrom(from, of, (at) => hourBucketAt(at, of.calendar.clockAt(at))).map((bucket) => ({
    ...sharedColumns(of, { lo: bucket.start, hi: bucket.end }),
    hour_start: at(bucket.start),
    hour_end: at(bucket.end),
    local_date: bucket.localDate,
    local_hour: bucket.localHour,
    utc_offset_s: bucket.utcOffsetS,
    fold: bucket.fold,
  }));
}

export function dayRows(of: BucketsOf, from: number): DayRow[] {
  return bucketsFrom(from, of, (at) => dayBucketAt(at, of.calendar.clockAt(at))).map((bucket) => ({
    ...sharedColumns(of, { lo: bucket.start, hi: bucket.end }),
    day_start: at(bucket.start),
    day_end: at(bucket.end),
    local_date: bucket.localDate,
  }));
}

function bucketsFrom<B extends { readonly start: number; readonly end: number }>(
  from: number,
  { facts, through }: BucketsOf,
  bucketAt: (at: number) => B,
): B[] {
  const buckets: B[] = [];
  for (let at = from; at <= through;) {
    const bucket = bucketAt(at);
    // What the facts no longer reach back to stays as it was computed.
    const isComplete = bucket.start >= facts.horizon || facts.horizon === facts.exists.from;
    if (isComplete) buckets.push(bucket);
    at = bucket.end;
  }
  return buckets;
}

function sharedColumns(of: BucketsOf, window: Window) {
  return {
    tenant_id: of.tenantId,
    space_id: of.spaceId,
    site_id: of.siteId,
    ...measuresIn(of, window),
    computed_through: at(Math.min(of.through, window.hi)),
    revision: 0,
    sealed: false,
    restated_at: null,
    space_revision: of.spaceRevision,
  };
}

export function measuresIn(
  { facts, calendar, through }: Pick<BucketsOf, 'facts' | 'calendar' | 'through'>,
  window: Window,
): Measures {
  const closed = calendar.closed({ lo: window.lo, hi: Math.min(window.hi, through) });
  return measure(historyOf(facts, through, closed), window);
}

function at(epochS: number) {
  return instantOf(epochS * 1000);
}
