import { instantOf } from '../../domain/time/instant.ts';
import { dayBucketAt, hourBucketAt } from '../../domain/utilization/buckets.ts';
import { measure, type Measures } from '../../domain/utilization/measure.ts';
import { type Window } from '../../domain/utilization/spans.ts';
import { historyOf, type UtilizationFacts } from './facts.ts';
import { type SiteCalendar } from './site-calendar.ts';
import { type DayRow, type HourRow } from './table.ts';

/** The time that an event may have changed, and the event's revision. Both ends belong to it. */
export interface Touch {
  readonly from: number;
  readonly to: number;
  readonly revision: number;
  /** How far back the facts reached when the event came. */
  readonly horizon: number;
}

/** A space with the events whose buckets have to be computed again. */
export interface BucketsOf {
  readonly tenantId: string;
  readonly spaceId: string;
  readonly siteId: string;
  readonly facts: UtilizationFacts;
  readonly calendar: SiteCalendar;
  /** Time counts up to here. */
  readonly through: number;
  /** In recorded order. */
  readonly touches: readonly Touch[];
}

/** The hours that were touched, computed from the facts. */
export function hourRows(of: BucketsOf): HourRow[] {
  const hourAt = (epochS: number) => hourBucketAt(epochS, of.calendar.clockAt(epochS));
  return touchedBuckets(of, hourAt).map(({ bucket, revision }) => ({
    ...sharedColumns(of, bucket, revision),
    hour_start: at(bucket.start),
    hour_end: at(bucket.end),
    local_date: bucket.localDate,
    local_hour: bucket.localHour,
    utc_offset_s: bucket.utcOffsetS,
    fold: bucket.fold,
  }));
}

export function dayRows(of: BucketsOf): DayRow[] {
  const dayAt = (epochS: number) => dayBucketAt(epochS, of.calendar.clockAt(epochS));
  return touchedBuckets(of, dayAt).map(({ bucket, revision }) => ({
    ...sharedColumns(of, bucket, revision),
    day_start: at(bucket.start),
    day_end: at(bucket.end),
    local_date: bucket.localDate,
  }));
}

interface Bounds {
  readonly start: number;
  readonly end: number;
}

/** Each with the last event that touched it: the same whether events come one by one or many at once. */
function touchedBuckets<B extends Bounds>(
  { touches }: BucketsOf,
  bucketAt: (epochS: number) => B,
): { readonly bucket: B; readonly revision: number }[] {
  const found: { readonly bucket: B; readonly revision: number }[] = [];
  const first = Math.min(...touches.map(({ from }) => from));
  const last = Math.max(...touches.map(({ to }) => to));
  for (let epochS = first; epochS <= last;) {
    const bucket = bucketAt(epochS);
    // What the facts no longer reached back to stays as it was computed.
    const touch = touches.findLast(
      ({ from, to, horizon }) => from < bucket.end && to >= bucket.start && bucket.start >= horizon,
    );
    if (touch !== undefined) found.push({ bucket, revision: touch.revision });
    epochS = bucket.end;
  }
  return found;
}

function sharedColumns(of: BucketsOf, { start, end }: Bounds, spaceRevision: number) {
  return {
    tenant_id: of.tenantId,
    space_id: of.spaceId,
    site_id: of.siteId,
    ...measuresIn(of, { lo: start, hi: end }),
    computed_through: at(Math.min(of.through, end)),
    revision: 0,
    sealed: false,
    restated_at: null,
    space_revision: spaceRevision,
  };
}

export function measuresIn(
  { facts, calendar, through }: Pick<BucketsOf, 'facts' | 'calendar' | 'through'>,
  window: Window,
): Measures {
  const closed = calendar.closed({ lo: window.lo, hi: Math.min(window.hi, through) });
  return measure(historyOf(facts, window.lo, through, closed), window);
}

function at(epochS: number) {
  return instantOf(epochS * 1000);
}
