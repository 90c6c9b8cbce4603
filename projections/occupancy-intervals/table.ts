import { type OccupancyValue } from '../../domain/space/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, nullable, type TableDefinition } from '../runner/table.ts';

/** What the bay physically was in [from_at, to_at): the corrected truth. `to_at` null: it still is. */
export interface OccupancyIntervalRow {
  readonly tenant_id: string;
  readonly space_id: string;
  readonly from_at: Instant;
  readonly to_at: Instant | null;
  readonly value: OccupancyValue;
  readonly session_id: string | null;
  readonly source: 'sensor' | 'staff' | 'import' | null;
  /** Of the event that last changed this interval. */
  readonly revision: number;
}

export const occupancyIntervalsTable: TableDefinition<OccupancyIntervalRow> = {
  name: 'occupancy_intervals',
  columns: {
    tenant_id: is.uuid,
    space_id: is.uuid,
    from_at: is.instant,
    to_at: nullable(is.instant),
    value: is.text,
    session_id: nullable(is.uuid),
    source: nullable(is.text),
    revision: is.bigint,
  },
  key: ['tenant_id', 'space_id', 'from_at'],
  owner: 'space_id',
  guard: 'revision',
  indexes: ['(tenant_id, space_id) WHERE to_at IS NULL'],
  live: { condition: 't.to_at IS NULL', of: (row) => row.to_at === null },
};
