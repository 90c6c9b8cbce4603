/** Events of a tenant. [F] Storage format, see domain/space/events.ts. */
import { z } from 'zod';
import { type EventOf } from '../event/event.ts';
import { countSchema, idSchema } from '../identity/ids.ts';
import { nameSchema } from '../identity/names.ts';
import { reasonSchema } from '../reason/reason.ts';
import { instantSchema } from '../time/instant.ts';

export const roles = [
  'owner',
  'admin',
  'operator',
  'booker',
  'viewer',
  'analyst',
  'auditor',
  'ingest',
] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

export const scopes = ['holder:read'] as const;
export const scopeSchema = z.enum(scopes);
export type Scope = z.infer<typeof scopeSchema>;

/** SHA-256 of a 256-bit random key, lower-case hex: looked up directly, useless to whoever reads it. */
export const keyHashSchema = z.string().regex(/^[0-9a-f]{64}$/);

export const quotasSchema = z.strictObject({
  spaces: countSchema,
  devices: countSchema,
  sites: countSchema,
  concurrent_reservations: countSchema,
  requests_per_minute: countSchema,
  reservations_per_minute: countSchema,
});
export type Quotas = z.infer<typeof quotasSchema>;

export const tenantEventSchemas = {
  TenantRegistered: z.strictObject({
    name: nameSchema,
    mode: z.enum(['live', 'test']),
    plan: z.strictObject({ name: z.string().max(64), quotas: quotasSchema }),
  }),
  TenantSuspended: z.strictObject({ reason: reasonSchema }),
  TenantResumed: z.strictObject({ reason: reasonSchema }),
  ApiKeyIssued: z.strictObject({
    key_id: idSchema,
    hash: keyHashSchema,
    role: roleSchema,
    scopes: z.array(scopeSchema),
    name: nameSchema,
    expires_at: instantSchema.optional(),
  }),
  ApiKeyRevoked: z.strictObject({ key_id: idSchema }),
} as const;

export type TenantEvent = EventOf<typeof tenantEventSchemas>;
