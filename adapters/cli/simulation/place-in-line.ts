import { type ReadingRow } from '../../../application/ports/sensor-tables.ts';
import { sessionOfLabel } from '../../../application/sensor-process/device-order.ts';
import { type Instant, secondsBetween } from '../../../domain/time/instant.ts';
import { type FrameCounter } from '../frame-counter.ts';

/** Where in its device's line a frame that was sent at an instant has its place. */
export interface PlaceInLine {
  readonly devAddr: string;
  readonly fCnt: number;
  /** Frames that were sent after it have been heard already. */
  readonly isLate: boolean;
  /** No frame is missing there, so it has the counter of the frame before it once more. */
  readonly isCounterUsed: boolean;
  /** What the device had said of the bay by then; null: nothing. */
  readonly before: Said | null;
}

export interface Said {
  readonly value: 'OCCUPIED' | 'VACANT';
  /** Since when it said so. */
  readonly since: Instant;
}

/** A message that counts: with a session and a counter, and not the second copy of another one. */
interface Counted extends FrameCounter {
  readonly at: Instant;
  /** When its session began. */
  readonly since: Instant;
}

/**
 * A late frame has the counter that its device gave it when it was sent, so it needs one that was left out: that of a lost
 * frame between the two around it, or one before the first that was heard. `otherSession` is an address that the device
 * had before, for a frame from before its counter began.
 *
 * Where every counter was heard, nothing can be late. Then the frame before is counted twice (of a session's first: the one
 * after), as by a device that was reset: the order comes out right, and what follows a gap in counting is uncertain, which
 * is all that anybody could say.
 */
export function placeInLine(
  rows: readonly ReadingRow[],
  newest: FrameCounter,
  at: Instant,
  otherSession: string,
): PlaceInLine {
  const line = rows.flatMap((row): readonly Counted[] => countedOf(row) ?? []);
  const before = line.findLast((one) => one.at <= at);
  const after = line.find((one) => one.at > at);
  const known = { before: saidBefore(rows, at) };
  const late = ({ devAddr, fCnt }: FrameCounter, isCounterUsed = false): PlaceInLine => ({
    devAddr,
    fCnt,
    ...known,
    isLate: true,
    isCounterUsed,
  });
  if (after === undefined) {
    const { devAddr, fCnt } = newest;
    return { devAddr, fCnt: fCnt + 1, ...known, isLate: false, isCounterUsed: false };
  }
  if (before?.devAddr === after.devAddr) {
    const hasRoom = after.fCnt - before.fCnt > 1;
    return hasRoom ? late({ ...before, fCnt: before.fCnt + 1 }) : late(before, true);
  }
  if (after.fCnt > 0) return late({ ...after, fCnt: after.fCnt - 1 });
  // It had joined by then, and the first frame of its session is known.
  if (after.since <= at) return late(after, true);
  return late(
    before === undefined ? { devAddr: otherSession, fCnt: 0 } : { ...before, fCnt: before.fCnt + 1 },
  );
}

function countedOf({ effectiveAt, fCnt, kind, outcome, session }: ReadingRow): readonly Counted[] | null {
  const key = session === null ? null : sessionOfLabel(session);
  if (kind !== 'up' || outcome === 'repeat' || fCnt === null || key === null) return null;
  return [{ at: effectiveAt, devAddr: key.key, since: key.since, fCnt }];
}

/** By the messages around it; the first of those that say the same is when it began. */
function saidBefore(rows: readonly ReadingRow[], at: Instant): Said | null {
  return rows.reduce<Said | null>((said, row) => {
    const value = row.effectiveAt > at ? null : occupancyOf(row);
    return value === null || value === said?.value ? said : { value, since: row.effectiveAt };
  }, null);
}

function occupancyOf({ decoded, outcome }: ReadingRow): 'OCCUPIED' | 'VACANT' | null {
  if (decoded === null || outcome === 'repeat') return null;
  const reading: unknown = JSON.parse(decoded);
  const value: unknown =
    typeof reading === 'object' && reading !== null ? Reflect.get(reading, 'occupancy') : null;
  return value === 'OCCUPIED' || value === 'VACANT' ? value : null;
}

/** Whole minutes that the state before has lasted, as devices tell it with a change. */
export function minutesBefore(said: Said | null, at: Instant): number {
  return said === null ? 0 : Math.floor(secondsBetween(said.since, at) / 60);
}
