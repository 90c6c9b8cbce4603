import { type StateName } from '../../domain/space/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, nullable, type TableDefinition } from '../runner/table.ts';

/** A state as it was announced, from its announcement to the next. Never restated; what was true is elsewhere. */
export interface SpaceStateRow {
  readonly tenant_id: string;
  readonly space_id: string;
  /** Of the announcement. */
  readonly from_revision: number;
  readonly from_at: Instant;
  readonly to_at: Instant | null;
  readonly former_state: StateName | null;
  readonly state: StateName;
  readonly available: boolean | null;
  readonly cause_event: string;
  readonly cause_id: string | null;
  readonly tags: readonly string[];
  readonly rules_version: number;
  readonly revision: number;
}

export const spaceStatesTable: TableDefinition<SpaceStateRow> = {
  name: 'space_states',
  columns: {
    tenant_id: is.uuid,
    space_id: is.uuid,
    from_revision: is.bigint,
    from_at: is.instant,
    to_at: nullable(is.instant),
    former_state: nullable(is.text),
    state: is.text,
    available: nullable(is.boolean),
    cause_event: is.text,
    cause_id: nullable(is.text),
    tags: is.jsonb,
    rules_version: is.integer,
    revision: is.bigint,
  },
  key: ['tenant_id', 'space_id', 'from_revision'],
  owner: 'space_id',
  guard: 'revision',
  indexes: ['(tenant_id, from_at)', '(tenant_id, space_id) WHERE to_at IS NULL'],
  live: { condition: 't.to_at IS NULL', of: (row) => row.to_at === null },
};
