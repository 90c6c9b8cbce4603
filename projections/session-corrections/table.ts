import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, nullable, type TableDefinition } from '../runner/table.ts';

/** What one correction made of one stay. A stay that was added has no former times, one that was removed no new ones. */
export interface SessionCorrectionRow {
  readonly tenant_id: string;
  readonly space_id: string;
  readonly session_id: string;
  /** Counts the corrections of the space. */
  readonly correction_no: number;
  readonly change: 'added' | 'removed' | 'changed';
  /** The stretch of time that was told otherwise before. */
  readonly from_at: Instant;
  readonly to_at: Instant;
  readonly former_start_at: Instant | null;
  readonly former_end_at: Instant | null;
  readonly former_uncertainty_s: number | null;
  readonly start_at: Instant | null;
  readonly end_at: Instant | null;
  readonly uncertainty_s: number | null;
  /** When the store recorded the correction. */
  readonly recorded_at: Instant;
  readonly actor: string | null;
  /** The frame that proved it, and its device; null where something else did. */
  readonly frame_id: string | null;
  readonly dev_eui: string | null;
  /** Of the correcting event in the space's stream. */
  readonly revision: number;
}

export const sessionCorrectionsTable: TableDefinition<SessionCorrectionRow> = {
  name: 'session_corrections',
  columns: {
    tenant_id: is.uuid,
    space_id: is.uuid,
    session_id: is.uuid,
    correction_no: is.integer,
    change: is.text,
    from_at: is.instant,
    to_at: is.instant,
    former_start_at: nullable(is.instant),
    former_end_at: nullable(is.instant),
    former_uncertainty_s: nullable(is.integer),
    start_at: nullable(is.instant),
    end_at: nullable(is.instant),
    uncertainty_s: nullable(is.integer),
    recorded_at: is.instant,
    actor: nullable(is.text),
    frame_id: nullable(is.uuid),
    dev_eui: nullable(is.text),
    revision: is.bigint,
  },
  key: ['tenant_id', 'space_id', 'session_id', 'revision'],
  owner: 'space_id',
  guard: 'revision',
  indexes: ['(tenant_id, session_id, revision)'],
  // What was corrected stays corrected: a further correction has rows of its own.
  live: { condition: 'FALSE', of: () => false },
};
