import { type Attributes } from '../../domain/identity/names.ts';
import { columnTypes as is, type TableDefinition } from '../runner/table.ts';

export interface ZoneRow {
  readonly tenant_id: string;
  readonly zone_id: string;
  readonly site_id: string;
  readonly code: string;
  readonly name: string;
  readonly attributes: Attributes;
  readonly capacity_basis: 'demarcated' | 'estimated';
  readonly status: 'open' | 'closed';
  /** Of the site's stream, when the zone was last changed. */
  readonly revision: number;
}

export const zonesTable: TableDefinition<ZoneRow> = {
  name: 'zones',
  columns: {
    tenant_id: is.uuid,
    zone_id: is.uuid,
    site_id: is.uuid,
    code: is.text,
    name: is.text,
    attributes: is.jsonb,
    capacity_basis: is.text,
    status: is.text,
    revision: is.bigint,
  },
  key: ['tenant_id', 'site_id', 'zone_id'],
  owner: 'site_id',
  guard: 'revision',
  indexes: ['(tenant_id, zone_id)'],
};
