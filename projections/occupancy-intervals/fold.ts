import { type Instant, laterOf } from '../../domain/time/instant.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type OccupancyIntervalRow } from './table.ts';

/** The interval that is still open. Nothing is known from the commissioning to the first reading. */
export function foldOccupancy(
  open: readonly OccupancyIntervalRow[],
  event: ProjectedEvent,
): readonly OccupancyIntervalRow[] {
  switch (event.type) {
    case 'SpaceRegistered':
      return open.length > 0 ? open : [begun(event, event.data.commissioned_at, 'UNKNOWN')];
    case 'OccupancyChanged': {
      const { value, since, session_id, source } = event.data;
      const from = open.reduce((latest, row) => laterOf(latest, row.from_at), since);
      const next = { ...begun(event, from, value), session_id: session_id ?? null, source };
      return [...ended(open, from, event.revision), next];
    }
    case 'SpaceDecommissioned':
      return ended(open, event.data.at, event.revision);
    default:
      return open;
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
