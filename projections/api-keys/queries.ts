import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { type Role, roleSchema, scopeSchema } from '../../domain/tenant/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { behind, type Page, pageOf, type PageRequest, sorted } from '../reading/page.ts';
import { instant, nullableInstant } from '../reading/row-parsers.ts';

const keyHolder = z
  .object({
    tenant_id: z.string(),
    tenant_name: z.string(),
    mode: z.enum(['live', 'test']),
    suspended: z.boolean(),
    key_id: z.string(),
    key_name: z.string(),
    role: roleSchema,
    scopes: z.array(scopeSchema),
    expires_at: nullableInstant,
  })
  .transform((row) => ({
    tenantId: row.tenant_id,
    tenantName: row.tenant_name,
    tenantMode: row.mode,
    suspended: row.suspended,
    keyId: row.key_id,
    keyName: row.key_name,
    role: row.role,
    scopes: row.scopes,
    expiresAt: row.expires_at,
  }));
export type KeyHolder = z.infer<typeof keyHolder>;

/** Whose key this is; null for one that never was, was revoked, or has expired. */
export async function maybeOneKeyHolder(
  database: CommonQueryMethods,
  hash: string,
  at: Instant,
): Promise<KeyHolder | null> {
  return database.maybeOne(sql.type(keyHolder)`
    SELECT k.tenant_id, t.name AS tenant_name, t.mode, t.suspended, k.key_id, k.name AS key_name, k.role, k.scopes,
      k.expires_at
    FROM read_model.api_keys AS k JOIN read_model.tenants AS t ON t.tenant_id = k.tenant_id
    WHERE k.hash = ${hash} AND k.revoked_at IS NULL
      AND (k.expires_at IS NULL OR k.expires_at > ${at}::timestamptz)`);
}

const keptKey = z.object({
  hash: z.string(),
  tenant_id: z.string(),
  key_id: z.string(),
  role: roleSchema,
  expires_at: nullableInstant,
});

/** Keys of these roles that are in force: what an intake must know while the database is away. */
export async function manyKeysOfRoles(
  database: CommonQueryMethods,
  roles: readonly Role[],
  at: Instant,
): Promise<readonly z.infer<typeof keptKey>[]> {
  return database.any(sql.type(keptKey)`
    SELECT hash, tenant_id, key_id, role, expires_at FROM read_model.api_keys
    WHERE revoked_at IS NULL AND role = ANY(${sql.array([...roles], 'text')})
      AND (expires_at IS NULL OR expires_at > ${at}::timestamptz)`);
}

const apiKeyRow = z
  .object({
    key_id: z.string(),
    name: z.string(),
    role: roleSchema,
    scopes: z.array(scopeSchema),
    issued_at: instant,
    expires_at: nullableInstant,
    revoked_at: nullableInstant,
    revision: z.number(),
  })
  .transform(({ key_id, issued_at, expires_at, revoked_at, ...rest }) => ({
    keyId: key_id,
    issuedAt: issued_at,
    expiresAt: expires_at,
    revokedAt: revoked_at,
    ...rest,
  }));
export type ApiKeyView = z.infer<typeof apiKeyRow>;

/** All keys of a tenant, revoked ones too; never their hashes. */
export async function manyApiKeys(
  database: CommonQueryMethods,
  tenantId: string,
  page: PageRequest,
): Promise<Page<ApiKeyView>> {
  const key = [{ column: sql.fragment`key_id`, type: 'uuid' as const }];
  const rows = await database.any(sql.type(apiKeyRow)`
    SELECT key_id, name, role, scopes, issued_at, expires_at, revoked_at, revision FROM read_model.api_keys
    WHERE tenant_id = ${tenantId}::uuid AND ${behind(key, page)}
    ORDER BY ${sorted(key, page)} LIMIT ${page.limit + 1}`);
  return pageOf(
    rows,
    page.limit,
    (row) => [row.keyId],
    (row) => row,
  );
}
