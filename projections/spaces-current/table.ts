import { type Attributes } from '../../domain/identity/names.ts';
import { type OccupancyValue, type StateName } from '../../domain/space/events.ts';
import { type Assignment, type StateInputs } from '../../domain/space/state.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, nullable, type TableDefinition } from '../runner/table.ts';

/** What state at any later instant follows from, and what the fold needs to go on. Kept as one JSON text. */
export interface SpaceFacts extends StateInputs {
  readonly bookingBufferS: number;
  readonly nextSeq: number;
  readonly policyVersion: number;
  /** Those that are in force. */
  readonly sensors: readonly Assignment[];
  readonly displays: readonly Assignment[];
}

export interface SpaceRow {
  readonly tenant_id: string;
  readonly space_id: string;
  readonly site_id: string;
  readonly zone_id: string | null;
  readonly code: string;
  readonly name: string;
  readonly building: string | null;
  readonly attributes: Attributes;
  readonly lat_e7: number | null;
  readonly lon_e7: number | null;
  readonly status: 'live' | 'decommissioned';
  readonly commissioned_at: Instant;
  readonly decommissioned_at: Instant | null;
  /** At `as_of`, and until `next_boundary_at`. */
  readonly state: StateName;
  readonly available: boolean | null;
  /** As announced. */
  readonly state_since: Instant;
  readonly cause_event: string;
  readonly cause_id: string | null;
  readonly occupancy: OccupancyValue;
  readonly occupancy_since: Instant;
  readonly sensor_eui: string | null;
  readonly display_euis: readonly string[];
  /** The latest instant at which something happened here. */
  readonly as_of: Instant;
  /** From here on the columns above may be wrong and are recomputed from the facts. */
  readonly next_boundary_at: Instant | null;
  readonly facts: SpaceFacts;
  /** Of the space's stream. */
  readonly revision: number;
}

export const spacesCurrentTable: TableDefinition<SpaceRow> = {
  name: 'spaces_current',
  columns: {
    tenant_id: is.uuid,
    space_id: is.uuid,
    site_id: is.uuid,
    zone_id: nullable(is.uuid),
    code: is.text,
    name: is.text,
    building: nullable(is.text),
    attributes: is.jsonb,
    lat_e7: nullable(is.integer),
    lon_e7: nullable(is.integer),
    status: is.text,
    commissioned_at: is.instant,
    decommissioned_at: nullable(is.instant),
    state: is.text,
    available: nullable(is.boolean),
    state_since: is.instant,
    cause_event: is.text,
    cause_id: nullable(is.text),
    occupancy: is.text,
    occupancy_since: is.instant,
    sensor_eui: nullable(is.text),
    display_euis: is.jsonb,
    as_of: is.instant,
    next_boundary_at: nullable(is.instant),
    facts: is.json,
    revision: is.bigint,
  },
  key: ['tenant_id', 'space_id'],
  owner: 'space_id',
  guard: 'revision',
  // Few, and none over what every event changes: then an update leaves the indexes alone.
  indexes: [
    '(tenant_id, site_id, code)',
    '(tenant_id, zone_id) WHERE zone_id IS NOT NULL',
    '(tenant_id, next_boundary_at) WHERE next_boundary_at IS NOT NULL',
  ],
  fillFactor: 70,
};
