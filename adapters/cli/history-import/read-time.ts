import { type Instant, instantOf, parseInstant } from '../../../domain/time/instant.ts';
import { LocalClock } from '../../../domain/utilization/local-clock.ts';
import { WrongUse } from '../failure.ts';

export type TimeReading =
  | { readonly ok: true; readonly at: Instant }
  | { readonly ok: false; readonly code: string; readonly detail: string };

const LOCAL = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?$/;

/** The clock of `--time-zone`. Throws WrongUse for what is no time zone. */
export function clockOf(timeZone: string): LocalClock {
  try {
    if (/^[A-Za-z]/.test(timeZone)) return new LocalClock(timeZone);
  } catch {
    // Told below, with the offsets that are no zones.
  }
  throw new WrongUse(`--time-zone ${timeZone}: expected a name such as Australia/Melbourne or UTC`);
}

/**
 * A time of a file. With an offset it is what it says; without, what clocks in the zone showed. What they never showed, or
 * showed twice, is refused: a fact is told as it was or not at all, and the sender can add the offset.
 */
export function readTime(text: string, clock: LocalClock | null): TimeReading {
  const trimmed = text.trim();
  // A blank instead of the T is common, and RFC 3339 allows it.
  const instant = parseInstant(trimmed.replace(/^(\d{4}-\d{2}-\d{2}) +(?=\d)/, '$1T'));
  if (instant !== null) return { ok: true, at: instant };
  const match = LOCAL.exec(trimmed);
  if (match === null)
    return refused('unreadable-time', `${quoted(trimmed)} is no time such as 2026-11-22T08:00:00Z`);
  const [, date = '', hour = '', minute = '', second = '00', fraction = ''] = match;
  const asUtc = parseInstant(`${date}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  if (asUtc === null) return refused('unreadable-time', `${quoted(trimmed)} is in no calendar`);
  if (clock === null)
    return refused('no-time-zone', `${quoted(trimmed)} has no offset, and there is no --time-zone`);
  return inZone(asUtc, trimmed, clock);
}

function inZone(asUtc: Instant, text: string, clock: LocalClock): TimeReading {
  const wallMs = Date.parse(asUtc);
  const wall = Math.floor(wallMs / 1000);
  const found = clock.instantsOf(wall).map((epochS) => instantOf(epochS * 1000 + (wallMs - wall * 1000)));
  const [first, second] = found;
  if (first === undefined)
    return refused('nonexistent-time', `clocks in ${clock.timeZone} never showed ${text}`);
  if (second !== undefined)
    return refused('ambiguous-time', `${text} in ${clock.timeZone} is ${first} or ${second}: add the offset`);
  return { ok: true, at: first };
}

function refused(code: string, detail: string): TimeReading {
  return { ok: false, code, detail };
}

function quoted(text: string): string {
  return text === '' ? 'an empty field' : JSON.stringify(text.slice(0, 60));
}
