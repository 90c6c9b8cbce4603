import { type Role, type Scope } from '../../domain/tenant/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, nullable, type TableDefinition } from '../runner/table.ts';

export interface ApiKeyRow {
  readonly tenant_id: string;
  readonly key_id: string;
  readonly hash: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
  readonly name: string;
  readonly issued_at: Instant;
  readonly expires_at: Instant | null;
  readonly revoked_at: Instant | null;
  readonly revision: number;
}

export const apiKeysTable: TableDefinition<ApiKeyRow> = {
  name: 'api_keys',
  columns: {
    tenant_id: is.uuid,
    key_id: is.uuid,
    hash: is.text,
    role: is.text,
    scopes: is.jsonb,
    name: is.text,
    issued_at: is.instant,
    expires_at: nullable(is.instant),
    revoked_at: nullable(is.instant),
    revision: is.bigint,
  },
  key: ['tenant_id', 'key_id'],
  owner: 'tenant_id',
  guard: 'revision',
  // The one look-up that does not know its tenant yet: the key says whose it is.
  indexes: ['(hash)'],
};
