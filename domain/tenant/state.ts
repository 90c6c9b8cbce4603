import { type TenantEvent } from './events.ts';

type DataOf<T extends TenantEvent['type']> = Extract<TenantEvent, { readonly type: T }>['data'];
export type TenantRegistration = DataOf<'TenantRegistered'>;
export type ApiKeyIssue = DataOf<'ApiKeyIssued'>;

export interface ApiKey {
  readonly issued: ApiKeyIssue;
  readonly revoked: boolean;
}

export interface RegisteredTenant {
  readonly status: 'active' | 'suspended';
  /** As first recorded, so that the same registration sent again is recognised. */
  readonly registered: TenantRegistration;
  /** By key id. Revoked keys stay: neither their ids nor their hashes may come back. */
  readonly keys: ReadonlyMap<string, ApiKey>;
}

export type TenantState = { readonly status: 'unregistered' } | RegisteredTenant;

export const initialTenant: TenantState = { status: 'unregistered' };
