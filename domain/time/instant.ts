import { z } from 'zod';

/**
 * An instant in its one stored form: RFC 3339, UTC, exactly milliseconds, `Z` (`2026-11-22T08:00:00.000Z`).
 * One form has one order: instants compare as strings. [F]
 */
export type Instant = string & { readonly __brand: 'Instant' };

const STORED = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

export const instantSchema = z.custom<Instant>((value) => typeof value === 'string' && STORED.test(value), {
  message: 'expected an instant such as 2026-11-22T08:00:00.000Z',
});

/** The instant of a number of milliseconds since 1970. Throws RangeError outside the years 0000–9999. */
export function instantOf(epochMs: number): Instant {
  const text = new Date(epochMs).toISOString();
  if (text.length !== 24) throw new RangeError(`no instant of four-digit year: ${epochMs}`);
  return text as Instant;
}

export function epochMs(instant: Instant): number {
  return Date.parse(instant);
}

const WITH_OFFSET =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?([Zz]|[+-]\d{2}:?\d{2})$/;

/**
 * Reads RFC 3339 with any offset and up to nine fraction digits, floored to milliseconds. Null for anything else:
 * a time without an offset is not an instant (rule T1).
 */
export function parseInstant(text: string): Instant | null {
  const match = WITH_OFFSET.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction = '', offset = 'Z'] = match;
  const leap = second === '60' ? '59' : second;
  const ms = fraction.slice(0, 3).padEnd(3, '0');
  const zone = offset.toUpperCase() === 'Z' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
  const epoch = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${leap}.${ms}${zone}`);
  if (Number.isNaN(epoch) || !dayExists(Number(year), Number(month), Number(day))) return null;
  const utc = new Date(epoch).toISOString();
  return utc.length === 24 ? (utc as Instant) : null;
}

/** `Date.parse` turns 30 February into 2 March; a wrong day is a mistake of the sender. */
function dayExists(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

export function addSeconds(instant: Instant, seconds: number): Instant {
  return instantOf(epochMs(instant) + seconds * 1000);
}

/** Seconds from a to b, negative when b is earlier; not rounded. */
export function secondsBetween(a: Instant, b: Instant): number {
  return (epochMs(b) - epochMs(a)) / 1000;
}

export function laterOf(a: Instant, b: Instant): Instant {
  return a >= b ? a : b;
}

export function earlierOf(a: Instant, b: Instant): Instant {
  return a <= b ? a : b;
}

/** The whole second at or before: what utilization counts in. */
export function epochSecond(instant: Instant): number {
  return Math.floor(epochMs(instant) / 1000);
}
