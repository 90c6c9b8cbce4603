import { z } from 'zod';
import { overrideKindSchema, stateNameSchema } from '../../../domain/space/events.ts';
import { type Override, type SpaceState } from '../../../domain/space/state.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { type OverrideView } from '../../../projections/overrides/queries.ts';
import { notFound } from '../problems/problem.ts';
import { idOutput, instantOutput, positionField } from './wire.ts';

/** What the aggregate and the read model both know. */
const shared = {
  id: idOutput,
  space_id: idOutput,
  kind: overrideKindSchema,
  reason: z.object({ code: z.string() }).describe('Its text is a protected field'),
  status: z.enum(['scheduled', 'active', 'ended']),
  starts_at: instantOutput,
  ends_at: instantOutput.nullable(),
};

export const overrideOutput = z
  .object({
    ...shared,
    applied_at: instantOutput,
    ended_at: instantOutput.nullable(),
    end_cause: z.enum(['expired', 'lifted', 'decommissioned']).nullable(),
  })
  .meta({ id: 'Override' });
export const changedOverrideOutput = z.object({
  ...shared,
  state: stateNameSchema.describe('Of the space, now'),
  revision: z.number().describe('Of the space'),
  ...positionField,
});

/** From the space's aggregate, for the answer of a change. */
export function overrideOf(
  overrideId: string,
  spaceId: string,
  space: SpaceState,
  revision: number | null,
  at: Instant,
) {
  if (space.status === 'unregistered') throw notFound();
  const open = space.overrides.find((one) => one.id === overrideId);
  const known = open ?? space.endedOverrides.find((one) => one.id === overrideId);
  if (known === undefined) throw notFound();
  return {
    id: overrideId,
    space_id: spaceId,
    kind: known.kind,
    reason: { code: known.reasonCode },
    status: open === undefined ? 'ended' : statusOf(open, at),
    starts_at: known.startsAt,
    ends_at: known.endsAt,
    state: space.announced?.state ?? 'FREE',
    revision: revision ?? 0,
  };
}

function statusOf({ startsAt, endsAt }: Override, at: Instant): OverrideView['status'] {
  if (endsAt !== null && endsAt <= at) return 'ended';
  return startsAt > at ? 'scheduled' : 'active';
}

export function shownOverride(override: OverrideView) {
  return {
    id: override.overrideId,
    space_id: override.spaceId,
    kind: override.kind,
    reason: { code: override.reason.code },
    status: override.status,
    starts_at: override.startsAt,
    ends_at: override.endsAt,
    applied_at: override.appliedAt,
    ended_at: override.endedAt,
    end_cause: override.endCause,
  };
}
