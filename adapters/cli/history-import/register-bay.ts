import { type Handlers } from '../../../application/commands/handlers.ts';
import { derivedId } from '../../../application/ids/ids.ts';
import { registerSpace } from '../../../application/spaces/register-space.ts';
import { type Actor } from '../../../domain/event/metadata.ts';
import { type Rejection } from '../../../domain/event/rejection.ts';
import { nameSchema } from '../../../domain/identity/names.ts';
import { defaultPolicy } from '../../../domain/policy/policy.ts';
import { type Instant } from '../../../domain/time/instant.ts';

export interface NewBay {
  readonly tenantId: string;
  readonly siteId: string;
  readonly zoneId?: string;
  readonly code: string;
  /** What the file calls it. */
  readonly name: string;
  /** The first instant that the file knows of it. */
  readonly commissionedAt: Instant;
  readonly actor: Actor;
  readonly dryRun: boolean;
}

/** A space for a bay of a file, from its first instant on. Its id follows from the site and the code: done twice, it is one. */
export async function registerBay(
  handlers: Handlers,
  { tenantId, code, name, commissionedAt, actor, dryRun, ...place }: NewBay,
): Promise<
  { readonly ok: true; readonly spaceId: string } | { readonly ok: false; readonly rejection: Rejection }
> {
  const commandId = derivedId(place.siteId, `import/space/${code}`);
  const spaceId = derivedId(commandId, 'space');
  const { state } = await handlers.space.load(tenantId, spaceId);
  if (state.status === 'decommissioned')
    return {
      ok: false,
      rejection: {
        code: 'decommissioned',
        detail: 'an import made this space, and it has been decommissioned',
      },
    };
  if (dryRun) return { ok: true, spaceId };
  const parsed = nameSchema.safeParse(name.slice(0, 100));
  return registerSpace(
    handlers,
    {
      ...place,
      code,
      name: parsed.success ? parsed.data : code,
      attributes: {},
      commissionedAt,
      policy: defaultPolicy,
    },
    { tenantId, commandId, correlationId: commandId, actor, decidedAt: commissionedAt },
  );
}
