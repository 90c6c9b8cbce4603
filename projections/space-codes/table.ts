import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, type TableDefinition } from '../runner/table.ts';

/** Which space holds which code of a site, by the site's claims. */
export interface SpaceCodeRow {
  readonly tenant_id: string;
  readonly site_id: string;
  readonly code: string;
  readonly space_id: string;
  /** When the store recorded the claim. */
  readonly claimed_at: Instant;
  readonly revision: number;
}

export const spaceCodesTable: TableDefinition<SpaceCodeRow> = {
  name: 'space_codes',
  columns: {
    tenant_id: is.uuid,
    site_id: is.uuid,
    code: is.text,
    space_id: is.uuid,
    claimed_at: is.instant,
    revision: is.bigint,
  },
  key: ['tenant_id', 'site_id', 'code'],
  owner: 'site_id',
  guard: 'revision',
};
