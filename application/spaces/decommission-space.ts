import { type Reason } from '../../domain/reason/reason.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type CommandContext, stepOf } from '../commands/command-context.ts';
import { type Handlers, type SpaceOutcome } from '../commands/handlers.ts';
import { derivedId } from '../ids/ids.ts';

export interface Decommissioning {
  readonly at: Instant;
  readonly reason: Reason;
  readonly onConflict: 'reject' | 'displace';
}

/**
 * Ends a space: its stream first, since that is what may be refused; then its devices' claims and its code are
 * released. A crash in between leaves claims of a space that has ended, which the worker releases (repair-claims.ts).
 */
export async function decommissionSpace(
  handlers: Handlers,
  spaceId: string,
  ending: Decommissioning,
  context: CommandContext,
): Promise<SpaceOutcome> {
  const before = await handlers.space.load(context.tenantId, spaceId);
  const outcome = await handlers.space.handle(
    spaceId,
    { type: 'DecommissionSpace', now: context.decidedAt, ...ending },
    context,
  );
  if (!outcome.ok || before.state.status === 'unregistered') return outcome;
  const space = before.state;
  for (const assignment of [...space.sensors, ...space.displays].filter((held) => held.to === null)) {
    const processId = derivedId(context.commandId, `release/${assignment.devEui}`);
    await handlers.device.handle(
      assignment.devEui,
      { type: 'ReleaseAssignment', spaceId, to: ending.at, processId, now: context.decidedAt },
      stepOf(context, processId),
    );
  }
  await handlers.site.handle(
    space.siteId,
    { type: 'ReleaseSpaceCode', code: space.code, spaceId, now: context.decidedAt },
    stepOf(context, derivedId(context.commandId, 'release-code')),
  );
  return outcome;
}
