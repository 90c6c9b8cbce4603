import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, nullable, type TableDefinition } from '../runner/table.ts';

/** Which zone a space belonged to in [from_at, to_at) (rule D6). */
export interface SpaceZoneRow {
  readonly tenant_id: string;
  readonly space_id: string;
  readonly from_at: Instant;
  readonly to_at: Instant | null;
  readonly zone_id: string | null;
  readonly revision: number;
}

export const spaceZonesTable: TableDefinition<SpaceZoneRow> = {
  name: 'space_zone_history',
  columns: {
    tenant_id: is.uuid,
    space_id: is.uuid,
    from_at: is.instant,
    to_at: nullable(is.instant),
    zone_id: nullable(is.uuid),
    revision: is.bigint,
  },
  key: ['tenant_id', 'space_id', 'from_at'],
  owner: 'space_id',
  guard: 'revision',
  indexes: ['(tenant_id, zone_id, from_at) WHERE zone_id IS NOT NULL'],
};
