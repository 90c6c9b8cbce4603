import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, nullable, type TableDefinition } from '../runner/table.ts';

/**
 * How far a stay can be trusted, the strongest reservation first: `corrected` (its times were once told otherwise),
 * `uncertain` (its start or end lies somewhere in a gap), `bridged` (nobody saw it go on over a gap), `clean`.
 */
export const sessionQualities = ['clean', 'bridged', 'uncertain', 'corrected'] as const;
export type SessionQuality = (typeof sessionQualities)[number];

/** A stay of one vehicle, as far as a bay can tell. */
export interface SessionRow {
  readonly tenant_id: string;
  readonly space_id: string;
  readonly session_id: string;
  readonly start_at: Instant;
  readonly end_at: Instant | null;
  /** How far off start and end together may be. */
  readonly uncertainty_s: number;
  readonly bridged: boolean;
  readonly quality: SessionQuality;
  readonly correction_no: number;
  readonly source: 'sensor' | 'staff' | 'import';
  /** `decommissioned`: the bay ended, the vehicle did not depart. */
  readonly end_cause: 'departure' | 'decommissioned' | null;
  readonly revision: number;
}

export const sessionsTable: TableDefinition<SessionRow> = {
  name: 'sessions',
  columns: {
    tenant_id: is.uuid,
    space_id: is.uuid,
    session_id: is.uuid,
    start_at: is.instant,
    end_at: nullable(is.instant),
    uncertainty_s: is.integer,
    bridged: is.boolean,
    quality: is.text,
    correction_no: is.integer,
    source: is.text,
    end_cause: nullable(is.text),
    revision: is.bigint,
  },
  key: ['tenant_id', 'space_id', 'session_id'],
  owner: 'space_id',
  guard: 'revision',
  indexes: [
    '(tenant_id, start_at, session_id)',
    '(tenant_id, space_id, start_at, session_id)',
    '(tenant_id, end_at) WHERE end_at IS NOT NULL',
    '(tenant_id, space_id) WHERE end_at IS NULL',
  ],
  live: { condition: 't.end_at IS NULL', of: (row) => row.end_at === null },
};
