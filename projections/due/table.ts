import { type StateInputs } from '../../domain/space/state.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, nullable, type TableDefinition } from '../runner/table.ts';

/** What is still to come on a space: enough to know when something is next due. */
export type DueFacts = Pick<StateInputs, 'overrides' | 'reservations'>;

/** When something happens on a space by itself. No row: nothing will. */
export interface DueRow {
  readonly tenant_id: string;
  readonly space_id: string;
  readonly stream: string;
  readonly next_due_at: Instant | null;
  /** Waits until the evidence has passed it. */
  readonly next_evidence_due_at: Instant | null;
  readonly facts: DueFacts;
  readonly revision: number;
}

export const dueTable: TableDefinition<DueRow> = {
  name: 'due',
  columns: {
    tenant_id: is.uuid,
    space_id: is.uuid,
    stream: is.text,
    next_due_at: nullable(is.instant),
    next_evidence_due_at: nullable(is.instant),
    facts: is.json,
    revision: is.bigint,
  },
  key: ['tenant_id', 'space_id'],
  owner: 'space_id',
  guard: 'revision',
  // The clock serves all tenants, the longest overdue first.
  indexes: [
    '(next_due_at) WHERE next_due_at IS NOT NULL',
    '(next_evidence_due_at) WHERE next_evidence_due_at IS NOT NULL',
  ],
};
