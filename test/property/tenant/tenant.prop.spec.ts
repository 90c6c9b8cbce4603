import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TenantCommand } from '../../../domain/tenant/commands.ts';
import { tenantDecider } from '../../../domain/tenant/decider.ts';
import { roles, tenantEventSchemas } from '../../../domain/tenant/events.ts';
import { at, uuid } from '../../unit/catalogue/given.ts';
import { describeLaws, run } from '../catalogue/decider-laws.ts';

const now = fc.integer({ min: 0, max: 40 }).map(at);
const keyId = fc.integer({ min: 1, max: 4 }).map(uuid);
const reason = fc.constantFrom({ code: 'policy' } as const, { code: 'other' } as const);
const few = fc.integer({ min: 0, max: 1 });
const quotas = fc.record({
  spaces: few,
  devices: few,
  sites: few,
  concurrent_reservations: few,
  requests_per_minute: few,
  reservations_per_minute: few,
});

/** Few ids, names and hashes, so that commands meet. */
const command: fc.Arbitrary<TenantCommand> = fc.oneof(
  fc.record({
    type: fc.constant('RegisterTenant'),
    name: fc.constantFrom('Quay', 'Harbour'),
    mode: fc.constantFrom('live', 'test'),
    plan: fc.record({ name: fc.constant('standard'), quotas }),
    now,
  }),
  fc.record({ type: fc.constantFrom('SuspendTenant', 'ResumeTenant'), reason, now }),
  fc.record(
    {
      type: fc.constant('IssueApiKey'),
      keyId,
      hash: fc.constantFrom('a', 'b', 'c').map((digit) => digit.repeat(64)),
      role: fc.constantFrom(...roles),
      scopes: fc.constantFrom([], ['holder:read'] as const),
      name: fc.constantFrom('gate', 'app'),
      expiresAt: now,
      now,
    },
    { requiredKeys: ['type', 'keyId', 'hash', 'role', 'scopes', 'name', 'now'] },
  ),
  fc.record({ type: fc.constant('RevokeApiKey'), keyId, now }),
);

const registration: TenantCommand = {
  type: 'RegisterTenant',
  name: 'Quay',
  mode: 'live',
  plan: {
    name: 'standard',
    quotas: {
      spaces: 1,
      devices: 1,
      sites: 1,
      concurrent_reservations: 1,
      requests_per_minute: 1,
      reservations_per_minute: 1,
    },
  },
  now: at(0),
};
const sequence = describeLaws('tenants', tenantDecider, tenantEventSchemas, { command, registration });

describe('API keys', () => {
  it('never share an id or a hash', () => {
    fc.assert(
      fc.property(sequence, (commands) => {
        const issued = run(tenantDecider, commands).events.flatMap((event) =>
          event.type === 'ApiKeyIssued' ? [event.data] : [],
        );
        expect(new Set(issued.map((key) => key.key_id)).size).toBe(issued.length);
        expect(new Set(issued.map((key) => key.hash)).size).toBe(issued.length);
      }),
    );
  });
});
