import { type CommandContext } from '../../../application/commands/command-context.ts';
import { type Handlers } from '../../../application/commands/handlers.ts';
import { assignDevice } from '../../../application/devices/assign-device.ts';
import { derivedId } from '../../../application/ids/ids.ts';
import { registerSpace } from '../../../application/spaces/register-space.ts';
import { liveAssignment } from '../../../domain/device/state.ts';
import { type Actor } from '../../../domain/event/metadata.ts';
import { type Rejection } from '../../../domain/event/rejection.ts';
import { nameSchema } from '../../../domain/identity/names.ts';
import { type AdoptedPolicy } from '../../../domain/policy/policy.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { type DeviceType, sensesSpace } from '../../lorawan/device-type.ts';

export interface RecordedDevice {
  readonly devEui: string;
  readonly name: string | null;
  /** Null: nobody knows how to read it. */
  readonly type: DeviceType | null;
  /** When its first message was sent. */
  readonly firstAt: Instant;
}

export interface RegistrationPlace {
  readonly handlers: Handlers;
  readonly siteId: string;
  readonly zoneId?: string;
  /** What new spaces of the site adopt. */
  readonly policy: AdoptedPolicy;
}

export type DeviceRegistration =
  | { readonly result: 'registered' | 'already-assigned'; readonly spaceId: string }
  | { readonly result: 'unknown-type' }
  | { readonly result: 'refused'; readonly rejection: Rejection };

/** A space and its sensor for a device of a known type, both from its first message on. Done twice, it is done once. */
export async function registerRecordedDevice(
  place: RegistrationPlace,
  device: RecordedDevice,
  tenantId: string,
  actor: Actor,
  now: Instant,
): Promise<DeviceRegistration> {
  const { handlers, siteId, zoneId, policy } = place;
  const { devEui, type, firstAt } = device;
  // A display or a counter of a lane senses no space: one for it would never be taken nor free.
  if (type === null || !sensesSpace(type)) return { result: 'unknown-type' };
  const { state } = await handlers.device.load(tenantId, devEui);
  const live = liveAssignment(state);
  if (live !== null) return { result: 'already-assigned', spaceId: live.spaceId };
  const context = (step: string): CommandContext => {
    const commandId = derivedId(siteId, `import/${devEui}/${firstAt}/${step}`);
    return { tenantId, commandId, correlationId: commandId, actor, decidedAt: now };
  };
  if (state.status === 'unregistered') {
    const registered = await handlers.device.handle(
      devEui,
      { type: 'RegisterDevice', devEui, deviceType: type.id, kind: 'sensor', now },
      context('device'),
    );
    if (!registered.ok) return { result: 'refused', rejection: registered.rejection };
  }
  const space = await registerSpace(
    handlers,
    {
      siteId,
      ...(zoneId === undefined ? {} : { zoneId }),
      code: devEui.toUpperCase(),
      name: nameOf(device),
      attributes: {},
      commissionedAt: firstAt,
      policy,
    },
    context('space'),
  );
  if (!space.ok) return { result: 'refused', rejection: space.rejection };
  const assigned = await assignDevice(
    handlers,
    space.spaceId,
    { devEui, role: 'sensor', deviceType: type.id, heartbeatS: type.heartbeatS, from: firstAt },
    context('assignment'),
  );
  if (!assigned.ok) return { result: 'refused', rejection: assigned.rejection };
  return { result: 'registered', spaceId: space.spaceId };
}

/** As people named the device, where that can be a name of ours. */
function nameOf({ devEui, name }: RecordedDevice): string {
  const parsed = nameSchema.safeParse(name?.slice(0, 100));
  return parsed.success ? parsed.data : devEui.toUpperCase();
}
