import { describe, expect, it } from 'vitest';
import { dayBucketAt, hourBucketAt, type HourBucket } from '../../../domain/utilization/buckets.ts';
import { LocalClock } from '../../../domain/utilization/local-clock.ts';
import { closedSpans } from '../../../domain/utilization/opening-hours.ts';

const seconds = (time: string): number => Date.parse(time) / 1000;
const inForce = (timeZone: string) => ({ from: -Infinity, to: Infinity, clock: new LocalClock(timeZone) });

function hoursOf(timeZone: string, date: string): HourBucket[] {
  const force = inForce(timeZone);
  const hours: HourBucket[] = [];
  const day = dayBucketAt(force.clock.startOfDay(date), force);
  for (let at = day.start; at < day.end;) {
    const hour = hourBucketAt(at, force);
    hours.push(hour);
    at = hour.end;
  }
  return hours;
}

describe('local days and hours (utilization §3.3)', () => {
  it.each([
    ['Europe/Paris', '2025-03-30', 82_800],
    ['Europe/Paris', '2025-10-26', 90_000],
    ['Australia/Lord_Howe', '2025-10-05', 84_600],
    ['Australia/Lord_Howe', '2025-04-06', 88_200],
    ['America/Santiago', '2025-09-07', 82_800],
    ['Asia/Kolkata', '2025-10-26', 86_400],
    ['UTC', '2025-10-26', 86_400],
    ['Pacific/Apia', '2011-12-29', 86_400],
  ])('%s %s has %i seconds, and its hours cover them without gap or overlap', (timeZone, date, length) => {
    const force = inForce(timeZone);
    const start = force.clock.startOfDay(date);
    const day = dayBucketAt(start, force);
    expect(day).toMatchObject({ start, localDate: date });
    expect(day.end - day.start).toBe(length);
    const hours = hoursOf(timeZone, date);
    expect(hours.every((hour) => hour.localDate === date)).toBe(true);
    expect(hours.reduce((sum, hour) => sum + hour.end - hour.start, 0)).toBe(length);
    hours.slice(1).forEach((hour, index) => expect(hour.start).toBe(hours[index]?.end));
  });

  it('the day in Santiago begins at one o’clock, since there is no midnight', () => {
    expect(new LocalClock('America/Santiago').startOfDay('2025-09-07')).toBe(seconds('2025-09-07T04:00:00Z'));
    expect(hoursOf('America/Santiago', '2025-09-07')[0]).toMatchObject({ localHour: 1 });
  });

  it('an hour that the clock shows twice is two buckets, told apart by fold and offset', () => {
    const twice = hoursOf('Europe/Paris', '2025-10-26').filter((hour) => hour.localHour === 2);
    expect(twice).toMatchObject([
      { utcOffsetS: 7200, fold: 0, start: seconds('2025-10-26T00:00:00Z') },
      { utcOffsetS: 3600, fold: 1, start: seconds('2025-10-26T01:00:00Z') },
    ]);
    expect(hoursOf('Europe/Paris', '2025-10-26').filter((hour) => hour.fold === 1)).toHaveLength(1);
  });

  it('a change of half an hour gives hours of half an hour', () => {
    const [first, second] = hoursOf('Australia/Lord_Howe', '2025-04-06').filter(
      (hour) => hour.localHour === 1,
    );
    expect(first).toMatchObject({ fold: 0, utcOffsetS: 39_600 });
    expect(second).toMatchObject({ fold: 1, utcOffsetS: 37_800 });
    expect((second?.end ?? 0) - (second?.start ?? 0)).toBe(1800);
    const spring = hoursOf('Australia/Lord_Howe', '2025-10-05').filter((hour) => hour.localHour === 2);
    expect(spring.map((hour) => hour.end - hour.start)).toEqual([1800]);
  });

  it('half-hour zones have hours that begin at half past in UTC', () => {
    const [hour] = hoursOf('Asia/Kolkata', '2025-06-02');
    expect(hour?.start).toBe(seconds('2025-06-01T18:30:00Z'));
  });

  it('a bucket ends where another time zone comes into force', () => {
    const change = seconds('2025-06-02T10:20:00Z');
    const force = { ...inForce('Europe/Paris'), to: change };
    expect(hourBucketAt(change - 60, force)).toMatchObject({ start: change - 1200, end: change });
    expect(dayBucketAt(change - 60, force).end).toBe(change);
  });

  it('a wall time that does not exist moves forward by the gap, of two the earlier counts (R19)', () => {
    const paris = new LocalClock('Europe/Paris');
    expect(paris.instantOf('2025-03-30', 150)).toBe(seconds('2025-03-30T01:30:00Z'));
    expect(paris.instantOf('2025-10-26', 150)).toBe(seconds('2025-10-26T00:30:00Z'));
  });
});

describe('closed time by opening hours', () => {
  const weekday = [{ open: '08:00', close: '20:00' }];
  const hours = {
    weekly: {
      mon: weekday,
      tue: weekday,
      wed: weekday,
      thu: weekday,
      fri: weekday,
      sat: [{ open: '18:00', close: '02:00' }],
      sun: [],
    },
    exceptions: [{ date: '2025-06-03', spans: [] }],
  };
  const paris = new LocalClock('Europe/Paris');
  const closedSeconds = (from: string, to: string): number =>
    closedSpans(hours, paris, { lo: seconds(from), hi: seconds(to) }).reduce(
      (sum, span) => sum + (span.to ?? 0) - span.from,
      0,
    );

  it('is what lies outside the hours of the weekday', () => {
    expect(closedSeconds('2025-06-02T00:00:00+02:00', '2025-06-03T00:00:00+02:00')).toBe(12 * 3600);
  });
  it('is the whole of a day that is an exception without hours', () => {
    expect(closedSeconds('2025-06-03T00:00:00+02:00', '2025-06-04T00:00:00+02:00')).toBe(24 * 3600);
  });
  it('hours may reach over midnight', () => {
    expect(closedSeconds('2025-06-08T00:00:00+02:00', '2025-06-09T00:00:00+02:00')).toBe(22 * 3600);
  });
  it('there is none without opening hours', () => {
    expect(closedSpans(null, paris, { lo: 0, hi: 100 })).toEqual([]);
  });
});
