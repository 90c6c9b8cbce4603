import { type Instant } from '../../domain/time/instant.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type SpaceZoneRow } from './table.ts';

/** All memberships of a space: few, and a move may be recorded after its time. */
export function foldSpaceZones(
  history: readonly SpaceZoneRow[],
  event: ProjectedEvent,
): readonly SpaceZoneRow[] {
  switch (event.type) {
    case 'SpaceRegistered':
      return history.length > 0
        ? history
        : [membership(event, event.data.commissioned_at, event.data.zone_id ?? null)];
    case 'SpaceMovedToZone': {
      const { zone_id, valid_from } = event.data;
      const before = history.filter((row) => row.from_at < valid_from);
      return chained([...before, membership(event, valid_from, zone_id)], event.revision);
    }
    default:
      return history;
  }
}

function membership(event: ProjectedEvent, from: Instant, zoneId: string | null): SpaceZoneRow {
  return {
    tenant_id: event.tenantId,
    space_id: event.entityId,
    from_at: from,
    to_at: null,
    zone_id: zoneId,
    revision: event.revision,
  };
}

/** Each ends where the next begins. */
function chained(rows: readonly SpaceZoneRow[], revision: number): readonly SpaceZoneRow[] {
  const ordered = [...rows].sort((a, b) => (a.from_at < b.from_at ? -1 : 1));
  return ordered.map((row, index) => {
    const to = ordered[index + 1]?.from_at ?? null;
    return row.to_at === to ? row : { ...row, to_at: to, revision };
  });
}
