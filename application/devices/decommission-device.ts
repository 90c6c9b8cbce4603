import { type DeviceEvent } from '../../domain/device/events.ts';
import { type DeviceState, liveAssignment } from '../../domain/device/state.ts';
import { type Reason } from '../../domain/reason/reason.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type Outcome } from '../commands/command-handler.ts';
import { type CommandContext, stepOf } from '../commands/command-context.ts';
import { type Handlers } from '../commands/handlers.ts';
import { derivedId } from '../ids/ids.ts';

/**
 * Ends a device: its stream first (which releases its claim in the same append), then the space that it watched is
 * told. Its future frames are orphans (D4).
 */
export async function decommissionDevice(
  handlers: Handlers,
  devEui: string,
  ending: { readonly at: Instant; readonly reason: Reason },
  context: CommandContext,
): Promise<Outcome<DeviceEvent, DeviceState>> {
  const { state } = await handlers.device.load(context.tenantId, devEui);
  const watched = liveAssignment(state);
  const outcome = await handlers.device.handle(
    devEui,
    { type: 'DecommissionDevice', now: context.decidedAt, ...ending },
    context,
  );
  if (!outcome.ok || watched === null) return outcome;
  const step = stepOf(context, derivedId(context.commandId, `unassign/${devEui}`));
  const now = context.decidedAt;
  await handlers.space.handle(
    watched.spaceId,
    watched.role === 'sensor'
      ? { type: 'UnassignSensor', devEui, to: ending.at, cause: 'decommissioned', now }
      : { type: 'UnassignDisplay', devEui, to: ending.at, now },
    step,
  );
  return outcome;
}
