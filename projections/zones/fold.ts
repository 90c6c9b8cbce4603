import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type ZoneRow } from './table.ts';

/** One zone, from its site's stream. */
export function foldZones(zones: readonly ZoneRow[], event: ProjectedEvent): readonly ZoneRow[] {
  switch (event.type) {
    case 'ZoneAdded':
    case 'ZoneChanged': {
      const zone: ZoneRow = {
        tenant_id: event.tenantId,
        site_id: event.entityId,
        ...event.data,
        status: zones[0]?.status ?? 'open',
        revision: event.revision,
      };
      return [zone];
    }
    case 'ZoneClosed':
      return zones.map((zone) => ({ ...zone, status: 'closed', revision: event.revision }));
    default:
      return zones;
  }
}
