import { type Reason } from '../reason/reason.ts';
import { type Instant } from '../time/instant.ts';
import { type Quotas, type Role, type Scope } from './events.ts';

interface At {
  readonly now: Instant;
}

export interface RegisterTenant extends At {
  readonly type: 'RegisterTenant';
  readonly name: string;
  readonly mode: 'live' | 'test';
  readonly plan: { readonly name: string; readonly quotas: Quotas };
}
export interface SuspendTenant extends At {
  readonly type: 'SuspendTenant';
  readonly reason: Reason;
}
export interface ResumeTenant extends At {
  readonly type: 'ResumeTenant';
  readonly reason: Reason;
}
export interface IssueApiKey extends At {
  readonly type: 'IssueApiKey';
  readonly keyId: string;
  /** SHA-256 of the key; the key itself never reaches the domain. */
  readonly hash: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
  readonly name: string;
  readonly expiresAt?: Instant;
}
export interface RevokeApiKey extends At {
  readonly type: 'RevokeApiKey';
  readonly keyId: string;
}

export type TenantCommand = RegisterTenant | SuspendTenant | ResumeTenant | IssueApiKey | RevokeApiKey;
