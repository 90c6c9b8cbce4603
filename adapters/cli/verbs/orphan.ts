import { adoptedSince, adoptOrphan } from '../../../application/devices/adopt-orphan.ts';
import { readDevEui } from '../../../domain/identity/ids.ts';
import { manyOrphans, maybeOneOrphan } from '../../../projections/orphans/queries.ts';
import { deviceTypeByAlias } from '../../lorawan/device-types.ts';
import { cliContext, readReason, refused, requireId } from '../act.ts';
import { everyPage } from '../every-page.ts';
import { Failure, WrongUse } from '../failure.ts';
import { findSpace } from '../find-space.ts';
import { readModelsUpTo } from '../system/read-models.ts';
import { type Verb } from '../verb.ts';
import { withResources } from '../with-resources.ts';

const MODELS = ['orphans'];

export const orphanList: Verb = (invocation) => {
  const tenantId = requireId(invocation.answers.required('tenant'), 'tenant');
  return withResources(async ({ output }, resources) => {
    await readModelsUpTo(resources, 'now', MODELS);
    const orphans = await everyPage((page) => manyOrphans(resources.read, tenantId, page));
    const rows = orphans.map((orphan) => ({
      dev_eui: orphan.devEui,
      first_seen_at: orphan.firstSeenAt,
      last_heard_at: orphan.lastHeardAt,
      frames_kept: orphan.framesKept,
    }));
    await output.list(rows, ['dev_eui', 'first_seen_at', 'last_heard_at', 'frames_kept'], 'no orphans');
    return 0;
  })(invocation);
};

/** As `POST /orphans/{dev_eui}/assign`: the frames that were kept since then count for the space. */
export const orphanAssign: Verb = (invocation) => {
  const { answers, output } = invocation;
  const text = answers.operand(0, 'dev-eui');
  const devEui = readDevEui(text);
  if (devEui === null) throw new WrongUse(`${text}: expected 16 hex digits`);
  const typeName = answers.required('type');
  const type = deviceTypeByAlias(typeName);
  if (type === null) throw new WrongUse(`--type ${typeName}: see bayledger devices list-types`);
  if (type.kind === 'display') throw new WrongUse(`--type ${typeName}: a display is no sensor of a space`);
  const asked = answers.instant('at');
  const space = answers.required('space');
  const reason = answers.text('reason');
  return withResources(async (_, resources) => {
    await readModelsUpTo(resources, 'now', MODELS);
    const { spaceId, tenantId } = await findSpace(resources, space, answers.text('tenant'));
    const orphan = await maybeOneOrphan(resources.read, tenantId, devEui);
    if (orphan === null) throw new Failure('not-found', `${devEui} is no orphan of the tenant of that space`);
    const { state } = await resources.handlers.space.load(tenantId, spaceId);
    if (state.status === 'unregistered') throw new Failure('not-found', `there is no space ${space}`);
    const context = cliContext(tenantId, reason === undefined ? undefined : readReason(reason).code);
    const from = asked ?? adoptedSince(state, devEui, orphan.firstSeenAt, context.decidedAt);
    const adoption = { devEui, deviceType: type.id, heartbeatS: type.heartbeatS, from };
    const outcome = await adoptOrphan(resources.handlers, spaceId, adoption, context);
    if (!outcome.ok) throw refused(outcome.rejection);
    await readModelsUpTo(resources, outcome.position ?? 'now', MODELS);
    await output.result(
      { dev_eui: devEui, device_type: type.id, space_id: spaceId, from, frames_kept: orphan.framesKept },
      `${devEui} watches ${space} since ${from}; ${orphan.framesKept} of its frames were kept`,
    );
    return 0;
  })(invocation);
};
