import { type OpeningHours } from '../site/events.ts';
import { nextDate } from './buckets.ts';
import { type LocalClock } from './local-clock.ts';
import { merged, type Span, type Window, without } from './spans.ts';

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** The closed time within a window. Null hours: always open. */
export function closedSpans(hours: OpeningHours | null, clock: LocalClock, window: Window): Span[] {
  if (hours === null || window.lo >= window.hi) return [];
  const open: Window[] = [];
  const last = nextDate(clock.at(window.hi).date);
  // From the day before: hours may reach over midnight.
  for (let date = dateBefore(clock.at(window.lo).date); date <= last; date = nextDate(date)) {
    for (const span of spansOn(hours, date)) {
      const [from, to] = [minutesOf(span.open), minutesOf(span.close)];
      const opens = clock.instantOf(date, from);
      const closes = clock.instantOf(date, to > from ? to : to + 1440);
      if (opens < closes) open.push({ lo: opens, hi: closes });
    }
  }
  return without([window], merged(open)).map(({ lo, hi }) => ({ from: lo, to: hi }));
}

function spansOn(hours: OpeningHours, date: string): OpeningHours['weekly']['mon'] {
  const exception = hours.exceptions.find((one) => one.date === date);
  if (exception !== undefined) return exception.spans;
  const weekday = WEEKDAYS[new Date(`${date}T00:00:00Z`).getUTCDay()] ?? 'sun';
  return hours.weekly[weekday];
}

function minutesOf(wallTime: string): number {
  const [hours = '0', minutes = '0'] = wallTime.split(':');
  return Number(hours) * 60 + Number(minutes);
}

function dateBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
