import { type Instant } from '../../time/instant.ts';
import { type Draft } from '../draft.ts';
import { shifted } from '../shifted.ts';
import { type Assignment } from '../state.ts';
import { type Refusal } from './refusal.ts';

/**
 * D1: one live device per role. A new interval may begin in the past, but not before the space did, and not inside an
 * earlier one; a live device that began earlier is swapped out.
 */
export function refuseBeginning(
  draft: Draft,
  assignments: readonly Assignment[],
  devEui: string,
  from: Instant,
): Refusal {
  const { space } = draft;
  const future = refuseFuture(draft, from);
  if (future !== null) return future;
  if (from < space.commissionedAt) {
    return {
      code: 'conflict-assignment',
      detail: 'The space had not been commissioned by then.',
      facts: { commissioned_at: space.commissionedAt },
    };
  }
  const held = assignments.find((one) => one.to === null && one.devEui === devEui);
  const inTheWay = held ?? assignments.find((one) => overlaps(one, from));
  if (inTheWay === undefined) return null;
  const { to } = inTheWay;
  return {
    code: 'conflict-assignment',
    detail: 'The space had a device after that instant.',
    facts: { dev_eui: inTheWay.devEui, from: inTheWay.from, ...(to === null ? {} : { to }) },
  };
}

/** A live interval ends where the new one begins, unless it began later. Empty ones are in nobody's way. */
function overlaps(one: Assignment, from: Instant): boolean {
  if (one.to === null) return one.from > from;
  return one.to > from && one.from < one.to;
}

export function refuseEnd(draft: Draft, live: Assignment, to: Instant): Refusal {
  const future = refuseFuture(draft, to);
  if (future !== null || to >= live.from) return future;
  return {
    code: 'conflict-assignment',
    detail: 'An assignment cannot end before it began.',
    facts: { dev_eui: live.devEui, from: live.from },
  };
}

function refuseFuture({ space, now }: Draft, at: Instant): Refusal {
  if (at <= shifted(now, space.policy.values.clock_skew_max_s)) return null;
  return { code: 'validation-failed', detail: 'Devices are assigned and removed now or in the past.' };
}

/** A device that was here once and no longer is needs no removal; one that never was is a mistake. */
export function unassignedAlready(assignments: readonly Assignment[], devEui: string): Refusal {
  if (assignments.some((one) => one.devEui === devEui)) return null;
  return {
    code: 'not-found',
    detail: 'The device is not assigned to this space.',
    facts: { dev_eui: devEui },
  };
}
