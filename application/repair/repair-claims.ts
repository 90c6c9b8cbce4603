import { addSeconds, type Instant } from '../../domain/time/instant.ts';
import { type CommandContext } from '../commands/command-context.ts';
import { type Handlers } from '../commands/handlers.ts';
import { derivedId } from '../ids/ids.ts';
import { type CodeClaim, type DeviceClaim, type HalfDoneClaims } from '../ports/half-done-claims.ts';

export interface RepairOptions {
  readonly claims: HalfDoneClaims;
  readonly handlers: Handlers;
  readonly now: Instant;
  /** Seconds between the heartbeats of a device type; null for a type that is not known. */
  readonly heartbeatOf: (deviceType: string) => number | null;
}

/** A claim younger than this may still be on its way to its second step. */
const GRACE_S = 60;

/**
 * Finishes or undoes what a crash left between the two streams of a registration or an assignment. The read models
 * only propose; the streams decide. Answers how many claims were repaired.
 */
export async function repairClaims(options: RepairOptions): Promise<number> {
  const before = addSeconds(options.now, -GRACE_S);
  let repaired = 0;
  for (const claim of await options.claims.codes(before)) {
    if (await repairCodeClaim(options, claim)) repaired += 1;
  }
  for (const claim of await options.claims.devices(before)) {
    if (await repairDeviceClaim(options, claim)) repaired += 1;
  }
  return repaired;
}

/** A code without a live space is released: whoever wanted it may try again. */
async function repairCodeClaim({ handlers, now }: RepairOptions, claim: CodeClaim): Promise<boolean> {
  const space = await handlers.space.load(claim.tenantId, claim.spaceId);
  if (space.state.status === 'live') return false;
  const outcome = await handlers.site.handle(
    claim.siteId,
    { type: 'ReleaseSpaceCode', code: claim.code, spaceId: claim.spaceId, now },
    contextOf(claim.tenantId, derivedId(claim.spaceId, `repair/release-code/${claim.code}`), now),
  );
  return outcome.ok && outcome.events.length > 0;
}

/** A claim is finished where the space takes the device, else released. */
async function repairDeviceClaim(options: RepairOptions, claim: DeviceClaim): Promise<boolean> {
  const { handlers, now } = options;
  const { devEui, from, processId, spaceId } = claim;
  const context = contextOf(claim.tenantId, derivedId(processId, 'repair/assign'), now);
  const heartbeatS = options.heartbeatOf(claim.deviceType);
  const finished =
    claim.role === 'display'
      ? await handlers.space.handle(spaceId, { type: 'AssignDisplay', devEui, from, now }, context)
      : heartbeatS === null
        ? null
        : await handlers.space.handle(
            spaceId,
            { type: 'AssignSensor', devEui, deviceType: claim.deviceType, heartbeatS, from, processId, now },
            context,
          );
  if (finished?.ok === true) return finished.events.length > 0;
  const released = await handlers.device.handle(
    devEui,
    // Back to its beginning: the device never watched that space.
    { type: 'ReleaseAssignment', spaceId, to: from, processId, now },
    contextOf(claim.tenantId, derivedId(processId, 'repair/release'), now),
  );
  return released.ok && released.events.length > 0;
}

function contextOf(tenantId: string, commandId: string, now: Instant): CommandContext {
  return {
    tenantId,
    commandId,
    correlationId: commandId,
    actor: { type: 'system', id: 'repair' },
    decidedAt: now,
  };
}
