import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, nullable, type TableDefinition } from '../runner/table.ts';

/** A device whose frames come in and that belongs to nothing here. Its row stays when it has been taken in. */
export interface OrphanRow {
  readonly tenant_id: string;
  readonly dev_eui: string;
  readonly status: 'open' | 'adopted';
  readonly first_seen_at: Instant;
  readonly first_frame_id: string;
  readonly adopted_at: Instant | null;
  /** Of the device's stream. */
  readonly revision: number;
}

export const orphansTable: TableDefinition<OrphanRow> = {
  name: 'orphans',
  columns: {
    tenant_id: is.uuid,
    dev_eui: is.text,
    status: is.text,
    first_seen_at: is.instant,
    first_frame_id: is.uuid,
    adopted_at: nullable(is.instant),
    revision: is.bigint,
  },
  key: ['tenant_id', 'dev_eui'],
  owner: 'dev_eui',
  guard: 'revision',
};
