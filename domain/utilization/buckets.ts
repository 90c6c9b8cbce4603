import { type LocalClock } from './local-clock.ts';

/** A stretch of time with one local date, local hour and offset: usually an hour, less at a change of the clocks. */
export interface HourBucket {
  readonly start: number;
  readonly end: number;
  readonly localDate: string;
  readonly localHour: number;
  readonly utcOffsetS: number;
  /** 1 for the second of two hours that the clock shows twice. */
  readonly fold: 0 | 1;
}

export interface DayBucket {
  readonly start: number;
  readonly end: number;
  readonly localDate: string;
}

/** A clock that is in force in [from, to). */
export interface ClockInForce {
  readonly from: number;
  readonly to: number;
  readonly clock: LocalClock;
}

const HOUR_S = 3600;

/** The hour that an instant lies in, aligned to the site's own clock: half-hour zones have half-hour bounds. */
export function hourBucketAt(epochS: number, { from, to, clock }: ClockInForce): HourBucket {
  const { date, hour, offsetS } = clock.at(epochS);
  const wall = epochS + offsetS;
  const wallStart = wall - (((wall % HOUR_S) + HOUR_S) % HOUR_S);
  const start = lastChange(clock, wallStart - offsetS, epochS) ?? wallStart - offsetS;
  const end = clock.changeBetween(epochS, wallStart - offsetS + HOUR_S - 1) ?? wallStart - offsetS + HOUR_S;
  return {
    start: Math.max(start, from),
    end: Math.min(end, to),
    localDate: date,
    localHour: hour,
    utcOffsetS: offsetS,
    fold: isSecondTime(clock, start, offsetS) ? 1 : 0,
  };
}

export function dayBucketAt(epochS: number, { from, to, clock }: ClockInForce): DayBucket {
  const { date } = clock.at(epochS);
  return {
    start: Math.max(clock.startOfDay(date), from),
    end: Math.min(clock.startOfDay(nextDate(date)), to),
    localDate: date,
  };
}

export function nextDate(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** The instant in (from, to] since which the offset is what it is at `to`; null where it was so all the time. */
function lastChange(clock: LocalClock, from: number, to: number): number | null {
  return clock.offsetAt(from) === clock.offsetAt(to) ? null : clock.changeBetween(from, to);
}

/** Clocks go back by at most two hours anywhere: three hours before, the offset is the former one. */
function isSecondTime(clock: LocalClock, start: number, offsetS: number): boolean {
  const former = clock.offsetAt(start - 3 * HOUR_S);
  if (former <= offsetS) return false;
  const first = start + offsetS - former;
  return clock.offsetAt(first) === former;
}
