import { type Location } from '../../domain/identity/names.ts';
import { type OpeningHours } from '../../domain/site/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, nullable, type TableDefinition } from '../runner/table.ts';

/** A value that holds from an instant on, until the next one. */
export interface DatedTimeZone {
  readonly valid_from: Instant;
  readonly time_zone: string;
}

export interface DatedOpeningHours extends OpeningHours {
  readonly valid_from: Instant;
}

export interface SiteRow {
  readonly tenant_id: string;
  readonly site_id: string;
  readonly name: string;
  /** Of the registration: in force until the first of `time_zones`. */
  readonly time_zone: string;
  readonly time_zones: readonly DatedTimeZone[];
  readonly opening_hours: readonly DatedOpeningHours[];
  readonly location: Location | null;
  readonly status: 'open' | 'closed';
  readonly registered_at: Instant;
  /** Of the site's stream. */
  readonly revision: number;
}

export const sitesTable: TableDefinition<SiteRow> = {
  name: 'sites',
  columns: {
    tenant_id: is.uuid,
    site_id: is.uuid,
    name: is.text,
    time_zone: is.text,
    time_zones: is.jsonb,
    opening_hours: is.jsonb,
    location: nullable(is.jsonb),
    status: is.text,
    registered_at: is.instant,
    revision: is.bigint,
  },
  key: ['tenant_id', 'site_id'],
  owner: 'site_id',
  guard: 'revision',
};
