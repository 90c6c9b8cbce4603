import { liveAssignment } from '../../domain/device/state.ts';
import { type Instant, laterOf } from '../../domain/time/instant.ts';
import { type LiveSpace } from '../../domain/space/state.ts';
import { type CommandContext, stepOf } from '../commands/command-context.ts';
import { type Handlers, type SpaceOutcome } from '../commands/handlers.ts';
import { derivedId } from '../ids/ids.ts';
import { assignDevice } from './assign-device.ts';

export interface Adoption {
  readonly devEui: string;
  readonly deviceType: string;
  readonly firmware?: string;
  readonly heartbeatS: number;
  readonly from: Instant;
}

/**
 * Takes in a device that belonged to nothing: it becomes a sensor of a type (one that was out of service comes back),
 * and watches the space from `from` on. Its kept frames are offered to the space by the sensor process, which hears of
 * the claim. Each step finds its own work, so a repeat after a crash goes on where the first stopped.
 */
export async function adoptOrphan(
  handlers: Handlers,
  spaceId: string,
  adoption: Adoption,
  context: CommandContext,
): Promise<SpaceOutcome> {
  const { devEui, deviceType, firmware, heartbeatS, from } = adoption;
  const now = context.decidedAt;
  const step = (label: string): CommandContext =>
    stepOf(context, derivedId(context.commandId, `${label}/${devEui}`));
  const software = firmware === undefined ? {} : { firmware };
  const { state } = await handlers.device.load(context.tenantId, devEui);
  if (state.status === 'live' && state.deviceType !== deviceType) {
    return {
      ok: false,
      rejection: { code: 'already-exists', detail: 'The device is registered as another type.' },
    };
  }
  const claim = liveAssignment(state);
  if (claim?.spaceId === spaceId && claim.role === 'sensor') {
    // Claimed before: the space may not have heard of it yet.
    const { from: claimedFrom, processId } = claim;
    const sensor = { devEui, deviceType, heartbeatS, from: claimedFrom, processId, now };
    return handlers.space.handle(spaceId, { type: 'AssignSensor', ...sensor }, context);
  }
  let since = from;
  if (state.status === 'unregistered') {
    const registered = await handlers.device.handle(
      devEui,
      { type: 'RegisterDevice', devEui, deviceType, kind: 'sensor', ...software, now },
      step('register'),
    );
    if (!registered.ok) return registered;
  } else if (state.status === 'decommissioned') {
    // What it sent while it was out of service stays an orphan's.
    since = laterOf(from, state.decommissionedAt ?? from);
    const returned = await handlers.device.handle(
      devEui,
      { type: 'RecommissionDevice', at: since, now },
      step('recommission'),
    );
    if (!returned.ok) return returned;
    const typed = await handlers.device.handle(
      devEui,
      { type: 'ChangeDeviceType', deviceType, ...software, now },
      step('type'),
    );
    if (!typed.ok) return typed;
  }
  const assignment = { devEui, role: 'sensor', deviceType, heartbeatS, from: since } as const;
  return assignDevice(handlers, spaceId, assignment, context);
}

/**
 * Since when a device may have watched a space: as early as its first frame, unless the space did not exist then or had
 * another sensor. Over another live sensor it is a swap, which happens now; one that watches it already, does so since
 * it does.
 */
export function adoptedSince(space: LiveSpace, devEui: string, firstSeenAt: Instant, now: Instant): Instant {
  const live = space.sensors.find(({ to }) => to === null);
  if (live !== undefined) return live.devEui === devEui ? live.from : now;
  return space.sensors.reduce(
    (since, { to }) => (to === null ? since : laterOf(since, to)),
    laterOf(firstSeenAt, space.commissionedAt),
  );
}
