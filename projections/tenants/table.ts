import { type Quotas } from '../../domain/tenant/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, type TableDefinition } from '../runner/table.ts';

export interface TenantRow {
  readonly tenant_id: string;
  readonly name: string;
  readonly mode: 'live' | 'test';
  readonly plan: { readonly name: string; readonly quotas: Quotas };
  readonly suspended: boolean;
  readonly registered_at: Instant;
  readonly revision: number;
}

export const tenantsTable: TableDefinition<TenantRow> = {
  name: 'tenants',
  columns: {
    tenant_id: is.uuid,
    name: is.text,
    mode: is.text,
    plan: is.jsonb,
    suspended: is.boolean,
    registered_at: is.instant,
    revision: is.bigint,
  },
  key: ['tenant_id'],
  owner: 'tenant_id',
  guard: 'revision',
};
