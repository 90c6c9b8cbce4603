import { type Instant } from '../../time/instant.ts';
import { type OccupancyValue } from '../events.ts';

/** A value that was published, from `at` until the next one. */
export interface HeldValue {
  readonly at: Instant;
  readonly value: OccupancyValue;
  /** The change lies in (at − uncertaintyS, at]. */
  readonly uncertaintyS: number;
  readonly source: 'sensor' | 'staff' | 'import' | null;
  /** The frame or the observation that showed it; null: nobody did (silence, no sensor). */
  readonly shownBy: string | null;
  /** The stay that goes on; null where there is none. */
  readonly sessionId: string | null;
}

/** A stay as it was published; `end` null: it goes on. */
export interface PublishedStay {
  readonly id: string;
  readonly start: Instant;
  readonly end: Instant | null;
  /** Of start and end together. */
  readonly uncertaintyS: number;
  readonly bridged: boolean;
}

/** What people saw, whether or not it changed anything. */
export interface Seen {
  readonly id: string;
  readonly at: Instant;
  readonly value: 'VACANT' | 'OCCUPIED';
  readonly source: 'staff' | 'import';
}

/**
 * What a space has published of its occupancy lately: with this a late frame can be told from what is known, and what
 * it changes can be said.
 */
export interface OccupancyHistory {
  /** How far back it reaches behind the newest value, in seconds. */
  readonly keptS: number;
  /** Consecutive. The first is the beginning of the space, or a value that was known: nothing before it matters after it. */
  readonly values: readonly HeldValue[];
  /** The stay that goes on at the first value, as it was told up to there. */
  readonly base: PublishedStay | null;
  /** Those that go on at the first value or began later, in order. */
  readonly stays: readonly PublishedStay[];
  readonly seen: readonly Seen[];
}

/** The correction window: what comes later than this finds its place by a longer look back. */
export const HISTORY_KEPT_S = 7 * 86_400;

export function newHistory(commissionedAt: Instant, keptS: number): OccupancyHistory {
  const unheard: HeldValue = {
    at: commissionedAt,
    value: 'UNKNOWN',
    uncertaintyS: 0,
    source: null,
    shownBy: null,
    sessionId: null,
  };
  return { keptS, values: [unheard], base: null, stays: [], seen: [] };
}

/** The same value of the same stay: one stretch of time, however often it was shown. */
export function goesOn(before: HeldValue | undefined, next: HeldValue): boolean {
  return before !== undefined && before.value === next.value && before.sessionId === next.sessionId;
}

/** The value that holds in the end, from the first time that it was shown. */
export function presentValue(values: readonly HeldValue[]): HeldValue | null {
  const first = values.findLastIndex((one, index) => !goesOn(values[index - 1], one));
  return values[first] ?? null;
}
