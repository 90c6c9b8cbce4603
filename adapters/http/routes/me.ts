import { z } from 'zod';
import { roleSchema, scopeSchema } from '../../../domain/tenant/events.ts';
import { type Api } from '../api.ts';
import { principalOf } from '../guard.ts';
import { freshnessQuery, idOutput } from '../schemas/wire.ts';

const meOutput = z
  .object({
    principal: z.object({
      type: z.literal('api_key'),
      id: idOutput,
      name: z.string(),
      scopes: z.array(scopeSchema),
      expires_at: z.string().nullable(),
    }),
    role: roleSchema,
    tenant: z.object({
      id: idOutput,
      name: z.string(),
      mode: z.enum(['live', 'test']),
      suspended: z.boolean().describe('Reading works, changes are refused'),
    }),
  })
  .meta({ id: 'Me' });

export function meRoutes(api: Api): void {
  api.get(
    '/me',
    {
      config: { permission: 'identify', reads: ['api_keys', 'tenants'] },
      schema: {
        operationId: 'readMe',
        tags: ['me'],
        summary: 'Who am I: the key, its role, its tenant',
        querystring: freshnessQuery,
        response: { 200: meOutput },
      },
    },
    (request) => {
      const { keyId, keyName, role, scopes, expiresAt, ...tenant } = principalOf(request);
      return {
        principal: {
          type: 'api_key' as const,
          id: keyId,
          name: keyName,
          scopes: [...scopes],
          expires_at: expiresAt,
        },
        role,
        tenant: {
          id: tenant.tenantId,
          name: tenant.tenantName,
          mode: tenant.tenantMode,
          suspended: tenant.suspended,
        },
      };
    },
  );
}
