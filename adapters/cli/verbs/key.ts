import { sql } from 'slonik';
import { z } from 'zod';
import { issueKey } from '../../../application/tenants/create-tenant.ts';
import { roles, scopes } from '../../../domain/tenant/events.ts';
import { type Instant, instantOf, parseInstant } from '../../../domain/time/instant.ts';
import { manyApiKeys } from '../../../projections/api-keys/queries.ts';
import { maybeOneTenant, manyTenants } from '../../../projections/tenants/queries.ts';
import { mintApiKey } from '../../api-keys/api-key.ts';
import { cliContext, readReason, refused, requireId } from '../act.ts';
import { everyPage } from '../every-page.ts';
import { Failure, WrongUse } from '../failure.ts';
import { parseDuration } from '../readers.ts';
import { type Resources } from '../system/connect.ts';
import { readModelsUpTo } from '../system/read-models.ts';
import { type Verb } from '../verb.ts';
import { withResources } from '../with-resources.ts';
import { KEY_MODELS, readName } from './tenant.ts';

export const keyCreate: Verb = (invocation) => {
  const { answers, output } = invocation;
  const tenantId = requireId(answers.required('tenant'), 'tenant');
  const role = answers.choice('role', roles);
  const name = readName(answers.text('name') ?? role);
  const scope = answers.text('scope') === undefined ? [] : [answers.choice('scope', scopes)];
  const expiresAt = readExpiry(answers.text('expires'));
  return withResources(async (_, resources) => {
    await readModelsUpTo(resources, 'now', KEY_MODELS);
    const tenant = await maybeOneTenant(resources.read, tenantId);
    if (tenant === null) throw new Failure('not-found', 'there is no such tenant');
    const { hash, key } = mintApiKey(tenant.mode);
    const issued = await issueKey(
      resources.handlers,
      { hash, role, name, scopes: scope, ...(expiresAt === undefined ? {} : { expiresAt }) },
      cliContext(tenantId),
    );
    if (!issued.ok) throw refused(issued.rejection);
    await readModelsUpTo(resources, issued.position ?? 'now', KEY_MODELS);
    await output.result({ key_id: issued.keyId, api_key: key }, [
      `id   ${issued.keyId}`,
      `key  ${key}`,
      'It is not kept anywhere and cannot be read back.',
    ]);
    return 0;
  })(invocation);
};

export const keyList: Verb = (invocation) => {
  const { answers, output } = invocation;
  const tenant = answers.text('tenant');
  const asked = tenant === undefined ? undefined : requireId(tenant, 'tenant');
  return withResources(async (_, resources) => {
    await readModelsUpTo(resources, 'now', KEY_MODELS);
    const { read } = resources;
    const tenants =
      asked === undefined
        ? (await everyPage((page) => manyTenants(read, page))).map(({ tenantId }) => tenantId)
        : [asked];
    const rows = [];
    for (const tenantId of tenants) {
      for (const key of await everyPage((page) => manyApiKeys(read, tenantId, page))) {
        rows.push({
          tenant_id: tenantId,
          key_id: key.keyId,
          name: key.name,
          role: key.role,
          scopes: key.scopes,
          issued_at: key.issuedAt,
          expires_at: key.expiresAt,
          revoked_at: key.revokedAt,
        });
      }
    }
    await output.list(rows, ['key_id', 'name', 'role', 'issued_at', 'expires_at', 'revoked_at'], 'no keys');
    return 0;
  })(invocation);
};

export const keyRevoke: Verb = (invocation) => {
  const { answers, output } = invocation;
  const keyId = requireId(answers.operand(0, 'id'), 'key');
  const reason = readReason(answers.required('reason'));
  return withResources(async (_, resources) => {
    await readModelsUpTo(resources, 'now', KEY_MODELS);
    const tenantId = await tenantOfKey(resources, keyId);
    const context = cliContext(tenantId, reason.code);
    const revoked = await resources.handlers.tenant.handle(
      tenantId,
      { type: 'RevokeApiKey', keyId, now: context.decidedAt },
      context,
    );
    if (!revoked.ok) throw refused(revoked.rejection);
    await readModelsUpTo(resources, revoked.position ?? 'now', KEY_MODELS);
    const changed = revoked.events.length > 0;
    await output.result(
      { key_id: keyId, tenant_id: tenantId, reason: reason.code, changed },
      changed ? `key ${keyId} is revoked (${reason.code})` : `key ${keyId} was revoked already`,
    );
    return 0;
  })(invocation);
};

async function tenantOfKey({ read }: Resources, keyId: string): Promise<string> {
  const row = z.object({ tenant_id: z.string() });
  const found = await read.maybeOne(
    sql.type(row)`SELECT tenant_id FROM read_model.api_keys WHERE key_id = ${keyId}::uuid`,
  );
  if (found === null) throw new Failure('not-found', 'there is no such key');
  return found.tenant_id;
}

function readExpiry(text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined;
  const duration = parseDuration(text);
  const instant = duration === null ? parseInstant(text) : instantOf(Date.now() + duration);
  if (instant === null)
    throw new WrongUse(`--expires ${text}: expected 90d, or a time such as 2027-01-01T00:00:00Z`);
  if (instant <= instantOf(Date.now())) throw new WrongUse(`--expires ${text}: that is in the past`);
  return instant;
}
