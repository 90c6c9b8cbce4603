import { type Rejection } from '../../domain/event/rejection.ts';
import { type Quotas, type Role } from '../../domain/tenant/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type CommandContext, stepOf } from '../commands/command-context.ts';
import { type Handlers } from '../commands/handlers.ts';
import { derivedId } from '../ids/ids.ts';
import { type Position } from '../ports/event-store/position.ts';

/** The quotas of the plan that everybody starts with (rule Q3). */
export const STANDARD_QUOTAS: Quotas = {
  spaces: 500,
  devices: 1000,
  sites: 10,
  concurrent_reservations: 100,
  requests_per_minute: 100,
  reservations_per_minute: 10,
};

export interface NewTenant {
  readonly name: string;
  readonly mode: 'live' | 'test';
  /** SHA-256 of the owner's first key. */
  readonly ownerKeyHash: string;
}

export type TenantCreated =
  | {
      readonly ok: true;
      readonly tenantId: string;
      readonly keyId: string;
      readonly position: Position | null;
    }
  | { readonly ok: false; readonly rejection: Rejection };

/** A new tenant's id comes from the command, and its context with it: there is no tenant before. */
export function tenantIdOf(commandId: string): string {
  return derivedId(commandId, 'tenant');
}

/** Registers a tenant and its owner's key. */
export async function createTenant(
  handlers: Handlers,
  tenant: NewTenant,
  context: CommandContext,
): Promise<TenantCreated> {
  const registered = await handlers.tenant.handle(
    context.tenantId,
    {
      type: 'RegisterTenant',
      name: tenant.name,
      mode: tenant.mode,
      plan: { name: 'standard', quotas: STANDARD_QUOTAS },
      now: context.decidedAt,
    },
    context,
  );
  if (!registered.ok) return registered;
  const key = await issueKey(handlers, { hash: tenant.ownerKeyHash, role: 'owner', name: 'owner' }, context);
  if (!key.ok) return key;
  return { ok: true, tenantId: context.tenantId, keyId: key.keyId, position: key.position };
}

export interface NewKey {
  readonly hash: string;
  readonly role: Role;
  readonly name: string;
  readonly scopes?: readonly 'holder:read'[];
  readonly expiresAt?: Instant;
}

export type KeyIssued =
  | { readonly ok: true; readonly keyId: string; readonly position: Position | null }
  | { readonly ok: false; readonly rejection: Rejection };

/** Issues one API key; the key itself never reaches this layer. */
export async function issueKey(handlers: Handlers, key: NewKey, context: CommandContext): Promise<KeyIssued> {
  const keyId = derivedId(context.commandId, `key/${key.name}`);
  const issued = await handlers.tenant.handle(
    context.tenantId,
    {
      type: 'IssueApiKey',
      keyId,
      hash: key.hash,
      role: key.role,
      scopes: key.scopes ?? [],
      name: key.name,
      now: context.decidedAt,
      ...(key.expiresAt === undefined ? {} : { expiresAt: key.expiresAt }),
    },
    stepOf(context, keyId),
  );
  if (!issued.ok) return issued;
  return { ok: true, keyId, position: issued.position };
}
