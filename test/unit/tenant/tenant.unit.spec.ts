import { describe, expect, it } from 'vitest';
import { type IssueApiKey, type RegisterTenant } from '../../../domain/tenant/commands.ts';
import { tenantDecider } from '../../../domain/tenant/decider.ts';
import { type TenantEvent } from '../../../domain/tenant/events.ts';
import { at, given, uuid } from '../catalogue/given.ts';

const plan = {
  name: 'standard',
  quotas: {
    spaces: 500,
    devices: 1000,
    sites: 10,
    concurrent_reservations: 100,
    requests_per_minute: 100,
    reservations_per_minute: 10,
  },
};
const registration: RegisterTenant = { type: 'RegisterTenant', name: 'Quay', mode: 'live', plan, now: at(8) };
const registered: TenantEvent = { type: 'TenantRegistered', data: { name: 'Quay', mode: 'live', plan } };
const reason = { code: 'policy' } as const;
const suspended: TenantEvent = { type: 'TenantSuspended', data: { reason } };
const resumed: TenantEvent = { type: 'TenantResumed', data: { reason } };
const hash = 'ab'.repeat(32);
const issue: IssueApiKey = {
  type: 'IssueApiKey',
  keyId: uuid(1),
  hash,
  role: 'owner',
  scopes: ['holder:read'],
  name: 'first',
  now: at(9),
};
const issued: TenantEvent = {
  type: 'ApiKeyIssued',
  data: { key_id: uuid(1), hash, role: 'owner', scopes: ['holder:read'], name: 'first' },
};
const revoked: TenantEvent = { type: 'ApiKeyRevoked', data: { key_id: uuid(1) } };
const tenant = (...history: readonly TenantEvent[]) => given(tenantDecider, ...history);

describe('a tenant', () => {
  it('is registered once, and the same registration again is nothing', () => {
    tenant().when(registration).gives(registered);
    tenant(registered)
      .when({ ...registration, now: at(20) })
      .gives();
    tenant(registered)
      .when({ ...registration, name: 'Other' })
      .refuses('already-exists');
  });

  it('does not exist before it is registered', () => {
    tenant()
      .when({ type: 'SuspendTenant', reason, now: at(9) })
      .refuses('not-found');
    tenant()
      .when({ type: 'ResumeTenant', reason, now: at(9) })
      .refuses('not-found');
    tenant().when(issue).refuses('not-found');
    tenant()
      .when({ type: 'RevokeApiKey', keyId: uuid(1), now: at(9) })
      .refuses('not-found');
  });

  it('is suspended and resumed, each only when there is something to do', () => {
    tenant(registered)
      .when({ type: 'SuspendTenant', reason, now: at(9) })
      .gives(suspended);
    tenant(registered, suspended)
      .when({ type: 'ResumeTenant', reason, now: at(9) })
      .gives(resumed);
    tenant(registered)
      .when({ type: 'ResumeTenant', reason, now: at(9) })
      .gives();
    tenant(registered, suspended, resumed)
      .when({ type: 'SuspendTenant', reason, now: at(9) })
      .gives(suspended);
  });
});

describe('API keys', () => {
  it('are issued with what the caller chose', () => {
    tenant(registered).when(issue).gives(issued);
    tenant(registered)
      .when({ ...issue, expiresAt: at(10) })
      .gives({ ...issued, data: { ...issued.data, expires_at: at(10) } });
  });

  it('are not issued when they would have expired already', () => {
    tenant(registered)
      .when({ ...issue, expiresAt: at(9) })
      .refuses('in-the-past');
  });

  it('have unique ids and unique hashes, also after they were revoked', () => {
    for (const history of [
      [registered, issued],
      [registered, issued, revoked],
    ]) {
      tenant(...history)
        .when(issue)
        .gives();
      tenant(...history)
        .when({ ...issue, role: 'viewer' })
        .refuses('already-exists');
      tenant(...history)
        .when({ ...issue, keyId: uuid(2) })
        .refuses('already-exists');
    }
  });

  it('are revoked once', () => {
    const revoke = { type: 'RevokeApiKey', keyId: uuid(1), now: at(9) } as const;
    tenant(registered, issued).when(revoke).gives(revoked);
    tenant(registered, issued, revoked).when(revoke).gives();
    tenant(registered).when(revoke).refuses('not-found');
  });

  it('of a suspended tenant: none is issued, all can be revoked, repeats are still answered', () => {
    tenant(registered, suspended).when(issue).refuses('tenant-suspended');
    tenant(registered, issued, suspended)
      .when({ type: 'RevokeApiKey', keyId: uuid(1), now: at(9) })
      .gives(revoked);
    tenant(registered, issued, suspended).when(issue).gives();
  });
});

describe('the fold of a tenant', () => {
  it('leaves the state as it is for what it does not know or what cannot be', () => {
    const { state } = tenant(registered, issued);
    const unknown = { type: 'PlanChanged', data: { plan: 'big' } } as unknown as TenantEvent;
    const empty = { type: 'ApiKeyRevoked', data: null } as unknown as TenantEvent;
    expect(tenantDecider.evolve(state, unknown)).toBe(state);
    expect(tenantDecider.evolve(state, empty)).toBe(state);
    expect(tenantDecider.evolve(state, registered)).toBe(state);
    expect(tenantDecider.evolve(tenantDecider.initialState, issued)).toBe(tenantDecider.initialState);
    expect(tenantDecider.evolve(state, { type: 'ApiKeyRevoked', data: { key_id: uuid(9) } })).toBe(state);
  });
});
