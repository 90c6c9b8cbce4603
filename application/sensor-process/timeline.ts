import { type TimelineMark } from '../../domain/space/commands.ts';
import { type Evidence } from '../../domain/space/events.ts';
import {
  addSeconds,
  epochMs,
  type Instant,
  instantOf,
  laterOf,
  secondsBetween,
} from '../../domain/time/instant.ts';
import { type SensorReading } from '../ports/frame-decoder.ts';

/** What is known of a device up to a message: what it last said of the bay, and when it was last heard at all. */
export interface Known {
  /** Null: nothing yet, or it has been silent since. */
  readonly value: 'OCCUPIED' | 'VACANT' | null;
  readonly heardAt: Instant | null;
}

export const NOTHING_KNOWN: Known = { value: null, heardAt: null };

/** A message at its place in the device's line. */
export interface Heard {
  /** Effective time. */
  readonly at: Instant;
  /** Seconds since the message before, rounded up; null where there is none. */
  readonly beforeS: number | null;
  /** No message was lost before it. */
  readonly follows: boolean;
  /** Null: it says nothing that can be read. */
  readonly reading: SensorReading | null;
  readonly evidence: Evidence | null;
}

/** A device was not heard for longer than a healthy one is silent (rule U9). */
export interface Silence {
  readonly lastHeardAt: Instant;
  readonly deadline: Instant;
  /** Null: it lasts. */
  readonly endedAt: Instant | null;
}

export interface Timeline {
  /** What the device showed, the heartbeats too: a space may have heard otherwise from somebody else meanwhile. */
  readonly marks: readonly TimelineMark[];
  readonly silences: readonly Silence[];
  readonly known: Known;
}

/** Two heartbeats and ten per cent without a sign of life (rule U9), in tenths: a product of floats would be a second off. */
const SILENT_TENTHS = 22;

/** From when on a device that was last heard then counts as silent; null: nobody misses it. */
export function silentFrom(heardAt: Instant, heartbeatS: number | null): Instant | null {
  return heartbeatS === null ? null : addSeconds(heardAt, Math.ceil((heartbeatS * SILENT_TENTHS) / 10));
}

/**
 * What a device showed, by its messages in their order (see device-line order): pure, so it is the same whenever and
 * however often it is asked, and in whatever order the messages came.
 */
export function timeline(before: Known, messages: readonly Heard[], heartbeatS: number | null): Timeline {
  const marks: TimelineMark[] = [];
  const silences: Silence[] = [];
  let known = before;
  for (const message of messages) {
    const step = hear(known, message, heartbeatS);
    marks.push(...step.marks);
    silences.push(...step.silences);
    known = step.known;
  }
  return { marks, silences, known };
}

/** What one message more adds. */
export function hear(known: Known, message: Heard, heartbeatS: number | null): Timeline {
  const { at, reading, evidence } = message;
  const silence = silenceBefore(known, at, heartbeatS);
  const before: Known = silence === null ? known : { ...known, value: null };
  const lost: TimelineMark[] =
    silence === null ? [] : [{ at: silence.deadline, value: 'UNKNOWN', uncertaintyS: 0 }];
  const silences = silence === null ? [] : [silence];
  const value = reading?.occupancy ?? null;
  if (reading === null || value === null || evidence === null) {
    return { marks: lost, silences, known: { ...before, heardAt: at } };
  }
  const shown: TimelineMark = {
    at,
    value,
    uncertaintyS: uncertaintyOf(reading, message),
    evidence,
    lastHeardAt: at,
  };
  const missed = missedBefore(before, message, reading, value).map((mark) => ({ ...mark, evidence }));
  const last = missed.length > 0 ? { ...shown, uncertaintyS: 0 } : shown;
  return { marks: [...lost, ...missed, last], silences, known: { value, heardAt: at } };
}

function silenceBefore({ heardAt }: Known, at: Instant, heartbeatS: number | null): Silence | null {
  const deadline = heardAt === null ? null : silentFrom(heardAt, heartbeatS);
  if (heardAt === null || deadline === null || at <= deadline) return null;
  return { lastHeardAt: heardAt, deadline, endedAt: at };
}

/**
 * How long before the message the change may have been (rule U5): a sensor reports a change when it happens, so nothing
 * is uncertain, unless messages were lost before it and it does not say itself how long the state before lasted; a
 * heartbeat that contradicts what was known only says that a change was missed.
 */
function uncertaintyOf(reading: SensorReading, { beforeS, follows, at }: Heard): number {
  if (beforeS === null) return 0;
  if (reading.messageKind === 'heartbeat') return beforeS;
  if (follows) return 0;
  const previous = reading.previousStateS;
  if (previous === null) return beforeS;
  const heardAt = instantOf(epochMs(at) - beforeS * 1000);
  const isWhole = began(at, previous.durationS) <= heardAt;
  return isWhole ? 0 : Math.min(beforeS, previous.errorS ?? beforeS);
}

/** Clocks of devices count in minutes, and a message takes its time. */
const SLACK_S = 60;

/**
 * What the lost messages would have said, as far as the length of the state before says it (rule U5): with the same value
 * as before, the other one was there in between; with a state before that is shorter than the time since it was seen
 * to begin, a departure and an arrival were missed. A vacancy of unknown length is told as one second.
 */
function missedBefore(
  known: Known,
  { at, follows }: Heard,
  reading: SensorReading,
  value: 'OCCUPIED' | 'VACANT',
): readonly TimelineMark[] {
  const previous = reading.previousStateS;
  if (follows || previous === null || reading.messageKind === 'heartbeat') return [];
  if (known.value === null || known.heardAt === null) return [];
  const slackS = SLACK_S + (previous.errorS ?? 0);
  const beganAt = began(at, previous.durationS);
  const earliest = instantOf(epochMs(known.heardAt) + 1);
  if (known.value === value) {
    if (addSeconds(beganAt, slackS) < known.heardAt) return [];
    const changedAt = laterOf(beganAt, earliest);
    if (changedAt >= at) return [];
    return [
      {
        at: changedAt,
        value: other(value),
        uncertaintyS: bounded(previous.errorS, known.heardAt, changedAt),
      },
    ];
  }
  if (value === 'OCCUPIED' || previous.errorS === null) return [];
  const leftAt = laterOf(addSeconds(beganAt, -1), earliest);
  if (beganAt <= addSeconds(known.heardAt, slackS) || leftAt >= beganAt || beganAt >= at) return [];
  return [
    { at: leftAt, value: 'VACANT', uncertaintyS: wholeSeconds(known.heardAt, leftAt) },
    { at: beganAt, value: 'OCCUPIED', uncertaintyS: bounded(previous.errorS, known.heardAt, beganAt) },
  ];
}

function began(at: Instant, durationS: number): Instant {
  return instantOf(Math.max(0, epochMs(at) - durationS * 1000));
}

function bounded(errorS: number | null, heardAt: Instant, at: Instant): number {
  const wholeS = wholeSeconds(heardAt, at);
  return Math.min(wholeS, errorS ?? wholeS);
}

function wholeSeconds(from: Instant, to: Instant): number {
  return Math.max(0, Math.ceil(secondsBetween(from, to)));
}

function other(value: 'OCCUPIED' | 'VACANT'): 'OCCUPIED' | 'VACANT' {
  return value === 'OCCUPIED' ? 'VACANT' : 'OCCUPIED';
}
