import { type Role, type Scope } from '../../domain/tenant/events.ts';

/** Who is asking. The tenant comes from the credential alone, never from the request (rule Q1). */
export interface Principal {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly tenantMode: 'live' | 'test';
  readonly suspended: boolean;
  readonly keyId: string;
  readonly keyName: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
  readonly expiresAt: string | null;
}

/** Finds the key of a hash; null for one that never was, was revoked, or has expired. */
export type FindPrincipal = (keyHash: string) => Promise<Principal | null>;
