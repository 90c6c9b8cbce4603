import { addMeasures, measure, type Measures, noMeasures } from '../../domain/utilization/measure.ts';
import { type Span, type Window } from '../../domain/utilization/spans.ts';
import { type OccupancyValue } from '../../domain/space/events.ts';
import { type SiteCalendar } from './site-calendar.ts';
import { restatedStretches, type KnownStay, type Restatement, type ValueSpan } from './restatement.ts';

/** What a restatement of old buckets needs beside itself: what else the seconds of that time were. */
export interface Surroundings {
  readonly closures: readonly Span[];
  readonly calendar: SiteCalendar;
}

/**
 * A bucket that is older than the facts that are kept: since everything in it adds up, it is enough to take away what
 * was told of the range and to add what is told by now. Null: the bucket is not touched.
 */
export function restatedRow<Row extends Measures & { readonly space_revision: number }>(
  row: Row,
  window: Window,
  restatement: Restatement,
  surroundings: Surroundings,
  spaceRevision: number,
): Row | null {
  const isTouched = restatedStretches(restatement).some(
    ({ from, to }) => from < window.hi && to >= window.lo,
  );
  if (!isTouched) return null;
  const { from, to, before, after, staysBefore, staysAfter } = restatement;
  const told = (values: readonly ValueSpan[], stays: readonly KnownStay[]): Measures =>
    measure(
      {
        exists: { from, to },
        occupied: spansOf(values, 'OCCUPIED'),
        unknown: spansOf(values, 'UNKNOWN'),
        outOfService: surroundings.closures,
        closed: surroundings.calendar.closed(window),
        stays,
      },
      window,
    );
  const without = subtract(row, told(before, staysBefore));
  return { ...row, ...addMeasures(without, told(after, staysAfter)), space_revision: spaceRevision };
}

function spansOf(values: readonly ValueSpan[], value: OccupancyValue): Span[] {
  return values.filter((span) => span.value === value);
}

function subtract(from: Measures, what: Measures): Measures {
  const rest = { ...noMeasures } as { -readonly [K in keyof Measures]: number };
  for (const key of Object.keys(noMeasures) as (keyof Measures)[]) rest[key] = from[key] - what[key];
  return rest;
}
