import { type DeviceKind } from '../../domain/device/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type CommandContext, stepOf } from '../commands/command-context.ts';
import { type Handlers, type SpaceOutcome } from '../commands/handlers.ts';
import { derivedId } from '../ids/ids.ts';

export interface AssignmentRequest {
  readonly devEui: string;
  readonly role: DeviceKind;
  readonly deviceType: string;
  /** Seconds between two heartbeats of this type. */
  readonly heartbeatS: number;
  readonly from: Instant;
}

/**
 * Assigns a device to a space in two streams (events.md, "Assignment in two streams"): (1) the device claims the
 * space, and is the authority for which space it watched when; (2) the space takes the sensor, a live one is swapped
 * out in the same append; (3) on refusal the claim is released. The device that was swapped out is released last.
 */
export async function assignDevice(
  handlers: Handlers,
  spaceId: string,
  request: AssignmentRequest,
  context: CommandContext,
): Promise<SpaceOutcome> {
  const { devEui, from } = request;
  const processId = derivedId(context.commandId, 'assignment');
  const claimed = await handlers.device.handle(
    devEui,
    { type: 'ClaimAssignment', spaceId, role: request.role, from, processId, now: context.decidedAt },
    stepOf(context, processId),
  );
  if (!claimed.ok) return claimed;
  const before = await handlers.space.load(context.tenantId, spaceId);
  const assigned = await handlers.space.handle(
    spaceId,
    spaceCommand(request, processId, context.decidedAt),
    context,
  );
  if (!assigned.ok) {
    // A claim that was there before this command is not this command's to release.
    if (claimed.events.length > 0) await release(handlers, devEui, spaceId, from, context);
    return assigned;
  }
  if (before.state.status !== 'unregistered') {
    const held = request.role === 'sensor' ? before.state.sensors : before.state.displays;
    for (const swapped of held.filter((one) => one.to === null && one.devEui !== devEui)) {
      await release(handlers, swapped.devEui, spaceId, from, context);
    }
  }
  return assigned;
}

function spaceCommand(request: AssignmentRequest, processId: string, now: Instant) {
  const { devEui, from } = request;
  return request.role === 'sensor'
    ? ({
        type: 'AssignSensor',
        devEui,
        deviceType: request.deviceType,
        heartbeatS: request.heartbeatS,
        from,
        processId,
        now,
      } as const)
    : ({ type: 'AssignDisplay', devEui, from, now } as const);
}

/** Takes a device off a space: the space first, then the device's claim. */
export async function unassignDevice(
  handlers: Handlers,
  spaceId: string,
  request: { readonly devEui: string; readonly role: DeviceKind; readonly to: Instant },
  context: CommandContext,
): Promise<SpaceOutcome> {
  const { devEui, to } = request;
  const outcome = await handlers.space.handle(
    spaceId,
    request.role === 'sensor'
      ? { type: 'UnassignSensor', devEui, to, cause: 'unassigned', now: context.decidedAt }
      : { type: 'UnassignDisplay', devEui, to, now: context.decidedAt },
    context,
  );
  if (!outcome.ok) return outcome;
  await release(handlers, devEui, spaceId, to, context);
  return outcome;
}

async function release(
  handlers: Handlers,
  devEui: string,
  spaceId: string,
  to: Instant,
  context: CommandContext,
): Promise<void> {
  const processId = derivedId(context.commandId, `release/${devEui}`);
  await handlers.device.handle(
    devEui,
    { type: 'ReleaseAssignment', spaceId, to, processId, now: context.decidedAt },
    stepOf(context, processId),
  );
}
