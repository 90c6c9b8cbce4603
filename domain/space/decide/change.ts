import { type AdoptPolicy, type ChangeSpace, type MoveSpaceToZone } from '../commands.ts';
import { type Draft } from '../draft.ts';
import { sameJson } from '../same-json.ts';
import { type Refusal } from './refusal.ts';

/** Only what differs is recorded. */
export function changeSpace(draft: Draft, command: ChangeSpace): Refusal {
  const { space } = draft;
  const { name = space.name, building = space.building } = command;
  if (name !== space.name || building !== space.building) {
    const data = { name, ...(building === space.building ? {} : { building }) };
    draft.recordQuietly({ type: 'SpaceRenamed', data });
  }
  const { attributes = space.attributes, location = space.location } = command;
  const moved = !sameJson(location, space.location);
  if (moved || !sameJson(attributes, space.attributes)) {
    const data = { attributes, ...(moved ? { location } : {}) };
    draft.recordQuietly({ type: 'SpaceAttributesChanged', data });
  }
  return null;
}

/** D6: it belongs to the other zone from `validFrom` on. Memberships follow one another. */
export function moveToZone(draft: Draft, { zoneId, validFrom }: MoveSpaceToZone): Refusal {
  const { space } = draft;
  if (zoneId === space.zoneId) return null;
  const since = space.zoneSince ?? space.commissionedAt;
  if (validFrom < since) {
    return {
      code: 'validation-failed',
      detail: 'The space came to its present zone later than that.',
      facts: { zone_since: since },
    };
  }
  const data = { zone_id: zoneId, valid_from: validFrom };
  draft.recordQuietly({ type: 'SpaceMovedToZone', data }, validFrom);
  return null;
}

/** Policies reach a space only this way, so that its state follows from its own stream. */
export function adoptPolicy(draft: Draft, { policy }: AdoptPolicy): Refusal {
  if (sameJson(policy, draft.space.policy)) return null;
  draft.record({ type: 'SpacePolicyAdopted', data: policy });
  return null;
}
