import { type Rejection } from '../../domain/event/rejection.ts';
import { type Attributes, type Location } from '../../domain/identity/names.ts';
import { type AdoptedPolicy } from '../../domain/policy/policy.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type CommandContext, stepOf } from '../commands/command-context.ts';
import { type Handlers } from '../commands/handlers.ts';
import { derivedId } from '../ids/ids.ts';
import { type Position } from '../ports/event-store/position.ts';

export interface NewSpace {
  readonly siteId: string;
  readonly zoneId?: string;
  readonly code: string;
  readonly name: string;
  readonly building?: string;
  readonly attributes: Attributes;
  readonly location?: Location;
  readonly commissionedAt: Instant;
  readonly policy: AdoptedPolicy;
}

export type Registered =
  | {
      readonly ok: true;
      readonly spaceId: string;
      readonly revision: number | null;
      readonly position: Position | null;
    }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Registers a space in two streams: (1) the site claims the code, so that it is unique there; (2) the space's own stream
 * begins. If (2) is refused the claim is released; if the process dies in between, the worker finishes or undoes it
 * (see repair-claims.ts), and the same command sent again finds its own work, since all ids come from the command.
 */
export async function registerSpace(
  handlers: Handlers,
  space: NewSpace,
  context: CommandContext,
): Promise<Registered> {
  const spaceId = derivedId(context.commandId, 'space');
  const claimed = await handlers.site.handle(
    space.siteId,
    {
      type: 'ClaimSpaceCode',
      code: space.code,
      spaceId,
      now: context.decidedAt,
      ...(space.zoneId === undefined ? {} : { zoneId: space.zoneId }),
    },
    stepOf(context, derivedId(context.commandId, 'claim-code')),
  );
  if (!claimed.ok) return claimed;
  const registered = await handlers.space.handle(
    spaceId,
    { type: 'RegisterSpace', now: context.decidedAt, ...space },
    context,
  );
  if (registered.ok) {
    return { ok: true, spaceId, revision: registered.revision, position: registered.position };
  }
  // A claim that was there before this command is not this command's to release.
  if (claimed.events.length === 0) return registered;
  await handlers.site.handle(
    space.siteId,
    { type: 'ReleaseSpaceCode', code: space.code, spaceId, now: context.decidedAt },
    stepOf(context, derivedId(context.commandId, 'release-code')),
  );
  return registered;
}
