import { type Instant, laterOf } from '../../domain/time/instant.ts';
import {
  type Correction,
  correctionOf,
  type HistoryCorrected,
  reachOf,
  sourceOfCorrection,
} from '../history/correction.ts';
import { replaceRange } from '../history/replace-range.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type Reach } from '../runner/row-statements.ts';
import { type OccupancyIntervalRow } from './table.ts';

type Changed = Extract<ProjectedEvent, { type: 'OccupancyChanged' }>;

/**
 * The interval that is still open; of a correction, also those that it reaches. Nothing is known from the commissioning
 * to the first reading.
 */
export function foldOccupancy(
  rows: readonly OccupancyIntervalRow[],
  event: ProjectedEvent,
): readonly OccupancyIntervalRow[] {
  switch (event.type) {
    case 'SpaceRegistered':
      return rows.length > 0 ? rows : [begun(event, event.data.commissioned_at, 'UNKNOWN')];
    case 'OccupancyChanged':
      return changed(rows, event);
    case 'OccupancyHistoryCorrected':
      return corrected(rows, event);
    case 'SpaceDecommissioned':
      return ended(rows, event.data.at, event.revision);
    default:
      return rows;
  }
}

/** Where what was not known turns out to be what it was before, that interval goes on. */
function changed(rows: readonly OccupancyIntervalRow[], event: Changed): readonly OccupancyIntervalRow[] {
  const { value, since, session_id, source } = event.data;
  const open = rows.filter((row) => row.to_at === null);
  const past = rows.filter((row) => row.to_at !== null);
  const from = open.reduce((latest, row) => laterOf(latest, row.from_at), since);
  const next = { ...begun(event, from, value), session_id: session_id ?? null, source };
  const goesOn = past.find(
    (row) => row.to_at === from && row.value === value && row.session_id === next.session_id,
  );
  const others = [...past.filter((row) => row !== goesOn), ...ended(open, from, event.revision)];
  if (goesOn === undefined) return [...others, next];
  return [...others, { ...goesOn, to_at: null, revision: event.revision }];
}

/** What an event may change beside the open interval. */
export function reachOfOccupancy(event: ProjectedEvent): Reach | null {
  if (event.type !== 'OccupancyChanged') return reachOf(event);
  const { previous, since } = event.data;
  return previous === 'UNKNOWN' ? { from: since, to: since } : null;
}

/** An interval of no length vanishes. */
function ended(
  open: readonly OccupancyIntervalRow[],
  at: Instant,
  revision: number,
): readonly OccupancyIntervalRow[] {
  return open.filter((row) => row.from_at < at).map((row) => ({ ...row, to_at: at, revision }));
}

/** Replaces the range. What the correction does not change keeps its row and its revision. */
function corrected(
  rows: readonly OccupancyIntervalRow[],
  event: HistoryCorrected,
): readonly OccupancyIntervalRow[] {
  const correction = correctionOf(event);
  const { from, to, after } = correction;
  const fill = after.map(({ value, since, until }): OccupancyIntervalRow => {
    const former = rows.find((row) => row.from_at <= since && (row.to_at === null || row.to_at > since));
    const session = value === 'VACANT' ? null : stayAt(correction, since, former?.session_id ?? null);
    const source = former?.value === value ? former.source : sourceOfCorrection(event);
    return { ...begun(event, since, value), to_at: until, session_id: session, source };
  });
  // Stays that were split or merged have intervals outside of the range too.
  const retold = (row: OccupancyIntervalRow): OccupancyIntervalRow => {
    const session = stayAt(correction, row.from_at, row.session_id);
    return row.value === 'VACANT' || session === row.session_id ? row : { ...row, session_id: session };
  };
  const replaced = replaceRange(rows, { from, to, fill, retold });
  return replaced.map((row) => (rows.includes(row) ? row : { ...row, revision: event.revision }));
}

/** The stay that goes on at an instant: as the correction tells it, else the one that was known of that time. */
function stayAt({ staysBefore, staysAfter }: Correction, at: Instant, known: string | null): string | null {
  const told = staysAfter.find(({ start, end }) => start <= at && (end === null || at < end));
  if (told !== undefined) return told.sessionId;
  const isTold = [...staysBefore, ...staysAfter].some(({ sessionId }) => sessionId === known);
  return isTold ? null : known;
}

function begun(
  event: ProjectedEvent,
  from: Instant,
  value: OccupancyIntervalRow['value'],
): OccupancyIntervalRow {
  return {
    tenant_id: event.tenantId,
    space_id: event.entityId,
    from_at: from,
    to_at: null,
    value,
    session_id: null,
    source: null,
    revision: event.revision,
  };
}
