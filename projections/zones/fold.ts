import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type ZoneRow } from './table.ts';

/** The zones of one site, from the site's stream. */
export function foldZones(zones: readonly ZoneRow[], event: ProjectedEvent): readonly ZoneRow[] {
  switch (event.type) {
    case 'ZoneAdded':
    case 'ZoneChanged': {
      const { zone_id } = event.data;
      const former = zones.find((zone) => zone.zone_id === zone_id);
      const zone: ZoneRow = {
        tenant_id: event.tenantId,
        site_id: event.entityId,
        ...event.data,
        status: former?.status ?? 'open',
        revision: event.revision,
      };
      return [...zones.filter((one) => one !== former), zone];
    }
    case 'ZoneClosed': {
      const { zone_id } = event.data;
      return zones.map((zone) =>
        zone.zone_id === zone_id ? { ...zone, status: 'closed', revision: event.revision } : zone,
      );
    }
    default:
      return zones;
  }
}
