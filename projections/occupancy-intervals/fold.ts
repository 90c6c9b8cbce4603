import { type Instant, laterOf } from '../../domain/time/instant.ts';
import { type Correction, correctionOf, type HistoryCorrected } from '../history/correction.ts';
import { replaceRange } from '../history/replace-range.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type OccupancyIntervalRow } from './table.ts';

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
    case 'OccupancyChanged': {
      const { value, since, session_id, source } = event.data;
      const from = rows.reduce((latest, row) => laterOf(latest, row.from_at), since);
      const next = { ...begun(event, from, value), session_id: session_id ?? null, source };
      return [...ended(rows, from, event.revision), next];
    }
    case 'OccupancyHistoryCorrected':
      return corrected(rows, event);
    case 'SpaceDecommissioned':
      return ended(rows, event.data.at, event.revision);
    default:
      return rows;
  }
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
    const source = former?.value === value ? former.source : 'sensor';
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
