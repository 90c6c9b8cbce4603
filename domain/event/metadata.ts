import { z } from 'zod';
import { idSchema } from '../identity/ids.ts';
import { instantSchema } from '../time/instant.ts';

/** Who acted. `api_key` and `user` carry the key's or token's opaque id, never a name or an address. [F] */
export const actorSchema = z.strictObject({
  type: z.enum(['api_key', 'user', 'cli', 'system', 'import']),
  id: z.string().min(1).max(100),
});
export type Actor = z.infer<typeof actorSchema>;

/**
 * What every event carries beside its data (rule H1). Absent fields are left out, so that the median stays under
 * 400 bytes: `$causationId` where it equals `$correlationId`; `recorded_at` is the store's own. [F]
 */
export const metadataSchema = z.looseObject({
  tenant_id: idSchema,
  schema_version: z.number().int().min(1),
  /** Valid time: when it happened in the world, or was due. */
  occurred_at: instantSchema,
  /** The writer's clock when the decision was made; the same over all retries. */
  decided_at: instantSchema,
  actor: actorSchema,
  command_id: idSchema,
  $correlationId: idSchema,
  $causationId: idSchema.optional(),
  reason_code: z.string().optional(),
  request_id: z.string().max(64).optional(),
  traceparent: z.string().max(64).optional(),
  /** The caller's address, truncated to /24 or /48. */
  source: z.string().max(64).optional(),
  policy_version: z.number().int().min(0).optional(),
  software_version: z.string().max(32),
});
export type Metadata = z.infer<typeof metadataSchema>;
