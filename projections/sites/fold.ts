import { type Instant } from '../../domain/time/instant.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type SiteRow } from './table.ts';

/** One row per site. The revision is that of the whole stream: clients send it back to say what they have seen. */
export function foldSite(rows: readonly SiteRow[], event: ProjectedEvent): readonly SiteRow[] {
  const [site] = rows;
  if (site === undefined) return event.type === 'SiteRegistered' ? [registered(event)] : rows;
  return [{ ...changed(site, event), revision: event.revision }];
}

function registered(event: Extract<ProjectedEvent, { type: 'SiteRegistered' }>): SiteRow {
  return {
    tenant_id: event.tenantId,
    site_id: event.entityId,
    name: event.data.name,
    time_zone: event.data.time_zone,
    time_zones: [],
    opening_hours: [],
    location: event.data.location ?? null,
    status: 'open',
    registered_at: event.occurredAt,
    revision: event.revision,
  };
}

function changed(site: SiteRow, event: ProjectedEvent): SiteRow {
  switch (event.type) {
    case 'SiteRenamed': {
      const { name, location } = event.data;
      return { ...site, name, location: location === undefined ? site.location : location };
    }
    case 'SiteTimeZoneChanged': {
      const { valid_from, time_zone } = event.data;
      return { ...site, time_zones: dated(site.time_zones, { valid_from, time_zone }) };
    }
    case 'OpeningHoursChanged':
      return { ...site, opening_hours: dated(site.opening_hours, event.data) };
    case 'SiteClosed':
      return { ...site, status: 'closed' };
    default:
      return site;
  }
}

/** In order of validity; the later record about the same instant wins. */
function dated<T extends { readonly valid_from: Instant }>(entries: readonly T[], entry: T): readonly T[] {
  const others = entries.filter((one) => one.valid_from !== entry.valid_from);
  return [...others, entry].sort((a, b) => (a.valid_from < b.valid_from ? -1 : 1));
}
