import { type OccupancyValue } from '../../domain/space/events.ts';
import { type Instant } from '../../domain/time/instant.ts';

/** A stretch of one value; `to_at` null: it still holds. */
export interface Stretch {
  readonly from_at: Instant;
  readonly to_at: Instant | null;
  readonly value: OccupancyValue;
  readonly session_id: string | null;
}

/** What [from, to) looks like by now: `fill` covers it exactly. `to` null: from `from` on, for all that is known. */
export interface Replacement<Row extends Stretch> {
  readonly from: Instant;
  readonly to: Instant | null;
  readonly fill: readonly Row[];
  /** What becomes of a piece outside of the range; the same object where nothing does. */
  readonly retold: (piece: Row) => Row;
}

/**
 * Cuts [from, to) out of stretches that follow one another and puts the fill in its place. What lies outside keeps its
 * times; where the same value of the same stay meets at an edge the two become one, which begins as the earlier one did.
 * Rows that did not change are the same objects. Blind to the order of `rows`.
 */
export function replaceRange<Row extends Stretch>(
  rows: readonly Row[],
  { from, to, fill, retold }: Replacement<Row>,
): readonly Row[] {
  const outside: Row[] = [];
  for (const row of rows) {
    const endsBefore = row.to_at !== null && row.to_at <= from;
    if (endsBefore || (to !== null && row.from_at >= to)) {
      outside.push(row);
      continue;
    }
    if (row.from_at < from) outside.push({ ...row, to_at: from });
    if (to !== null && (row.to_at === null || row.to_at > to)) outside.push({ ...row, from_at: to });
  }
  const pieces = [...fill, ...outside.map(retold)];
  pieces.sort((a, b) => (a.from_at < b.from_at ? -1 : 1));
  return joined(pieces, from, to).map((piece) => rows.find((row) => isSame(row, piece)) ?? piece);
}

function joined<Row extends Stretch>(pieces: readonly Row[], from: Instant, to: Instant | null): Row[] {
  const result: Row[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    const meets =
      last?.to_at === piece.from_at && piece.from_at >= from && (to === null || piece.from_at <= to);
    if (last !== undefined && meets && last.value === piece.value && last.session_id === piece.session_id) {
      result[result.length - 1] = { ...last, to_at: piece.to_at };
    } else {
      result.push(piece);
    }
  }
  return result;
}

function isSame(a: Stretch, b: Stretch): boolean {
  return (
    a.from_at === b.from_at && a.to_at === b.to_at && a.value === b.value && a.session_id === b.session_id
  );
}
