import { createTenant, tenantIdOf } from '../../../application/tenants/create-tenant.ts';
import { nameSchema } from '../../../domain/identity/names.ts';
import { manyTenants } from '../../../projections/tenants/queries.ts';
import { mintApiKey } from '../../api-keys/api-key.ts';
import { cliContext, protectedReason, readReason, refused, requireId } from '../act.ts';
import { WrongUse } from '../failure.ts';
import { everyPage } from '../every-page.ts';
import { readModelsUpTo } from '../system/read-models.ts';
import { type Verb } from '../verb.ts';
import { withResources } from '../with-resources.ts';

export const KEY_MODELS = ['tenants', 'api_keys'];

export const tenantCreate: Verb = (invocation) => {
  const { answers, output } = invocation;
  const name = readName(answers.required('name'));
  const mode = answers.choice('mode', ['live', 'test'] as const, 'live');
  return withResources(async (_, resources) => {
    const { hash, key } = mintApiKey(mode);
    const draft = cliContext('');
    const context = { ...draft, tenantId: tenantIdOf(draft.commandId) };
    const created = await createTenant(resources.handlers, { name, mode, ownerKeyHash: hash }, context);
    if (!created.ok) throw refused(created.rejection);
    // The key is to work at once.
    await readModelsUpTo(resources, created.position ?? 'now', KEY_MODELS);
    await output.result({ tenant_id: created.tenantId, api_key: key }, [
      `tenant  ${created.tenantId}`,
      `key     ${key}`,
      'This is the owner’s key. It is not kept anywhere and cannot be read back.',
    ]);
    return 0;
  })(invocation);
};

export const tenantList: Verb = withResources(async ({ output }, resources) => {
  await readModelsUpTo(resources, 'now', KEY_MODELS);
  const tenants = await everyPage((page) => manyTenants(resources.read, page));
  const rows = tenants.map((tenant) => ({
    tenant_id: tenant.tenantId,
    name: tenant.name,
    mode: tenant.mode,
    suspended: tenant.suspended,
    registered_at: tenant.registeredAt,
    plan: tenant.plan.name,
  }));
  await output.list(rows, ['tenant_id', 'name', 'mode', 'suspended', 'registered_at'], 'no tenants yet');
  return 0;
});

export const tenantSuspend: Verb = change('SuspendTenant', 'suspended');
export const tenantResume: Verb = change('ResumeTenant', 'resumed');

function change(type: 'SuspendTenant' | 'ResumeTenant', done: string): Verb {
  return (invocation) => {
    const { answers, output } = invocation;
    const tenantId = requireId(answers.operand(0, 'id'), 'tenant');
    const given = readReason(answers.required('reason'));
    return withResources(async (_, resources) => {
      const context = cliContext(tenantId, given.code);
      const reason = await protectedReason(resources.protection, context, given);
      const outcome = await resources.handlers.tenant.handle(
        tenantId,
        { type, reason, now: context.decidedAt },
        context,
      );
      if (!outcome.ok) throw refused(outcome.rejection);
      await readModelsUpTo(resources, outcome.position ?? 'now', KEY_MODELS);
      const changed = outcome.events.length > 0;
      await output.result(
        { tenant_id: tenantId, suspended: type === 'SuspendTenant', changed },
        changed ? `tenant ${tenantId} is ${done}` : `tenant ${tenantId} was ${done} already`,
      );
      return 0;
    })(invocation);
  };
}

export function readName(text: string): string {
  const name = nameSchema.safeParse(text);
  if (!name.success) throw new WrongUse('--name: expected 1 to 100 characters, without control characters');
  return name.data;
}
