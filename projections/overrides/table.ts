import { type OverrideKind } from '../../domain/space/events.ts';
import { type Reason } from '../../domain/reason/reason.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, nullable, type TableDefinition } from '../runner/table.ts';

export interface OverrideRow {
  readonly tenant_id: string;
  readonly space_id: string;
  readonly override_id: string;
  readonly kind: OverrideKind;
  /** The code in clear, the text as ciphertext. */
  readonly reason: Reason;
  readonly applied_by: string | null;
  readonly applied_at: Instant;
  readonly starts_at: Instant;
  readonly ends_at: Instant | null;
  /** When it really ended: by its own end, or lifted before. */
  readonly ended_at: Instant | null;
  readonly end_cause: 'expired' | 'lifted' | 'decommissioned' | null;
  readonly lifted_by: string | null;
  readonly revision: number;
}

export const overridesTable: TableDefinition<OverrideRow> = {
  name: 'overrides',
  columns: {
    tenant_id: is.uuid,
    space_id: is.uuid,
    override_id: is.uuid,
    kind: is.text,
    reason: is.jsonb,
    applied_by: nullable(is.text),
    applied_at: is.instant,
    starts_at: is.instant,
    ends_at: nullable(is.instant),
    ended_at: nullable(is.instant),
    end_cause: nullable(is.text),
    lifted_by: nullable(is.text),
    revision: is.bigint,
  },
  key: ['tenant_id', 'space_id', 'override_id'],
  owner: 'space_id',
  guard: 'revision',
  indexes: [
    '(tenant_id, override_id)',
    '(tenant_id, starts_at, override_id)',
    '(tenant_id, space_id) WHERE ended_at IS NULL',
  ],
  live: { condition: 't.ended_at IS NULL', of: (row) => row.ended_at === null },
};
