import { z } from 'zod';
import { roleSchema, scopeSchema } from '../../../domain/tenant/events.ts';
import { type Api } from '../api.ts';
import { principalOf } from '../guard.ts';
import { instantOutput, problemResponses } from '../schemas/wire.ts';

export function meRoutes(api: Api): void {
  api.get(
    '/me',
    {
      config: { permission: 'identify', readsModels: false },
      schema: {
        tags: ['me'],
        summary: 'Who am I: the tenant and role of this key',
        response: {
          200: z.object({
            tenant: z.object({
              id: z.string(),
              name: z.string(),
              mode: z.enum(['live', 'test']),
              suspended: z.boolean(),
            }),
            key: z.object({
              id: z.string(),
              name: z.string(),
              role: roleSchema,
              scopes: z.array(scopeSchema).readonly(),
              expires_at: instantOutput.nullable(),
            }),
          }),
          ...problemResponses,
        },
      },
    },
    (request) => {
      const { tenantId, tenantName, tenantMode, suspended, ...key } = principalOf(request);
      return {
        tenant: { id: tenantId, name: tenantName, mode: tenantMode, suspended },
        key: {
          id: key.keyId,
          name: key.keyName,
          role: key.role,
          scopes: key.scopes,
          expires_at: key.expiresAt,
        },
      };
    },
  );
}
