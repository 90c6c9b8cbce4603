import { type ApplyOverride, type LiftOverride } from '../commands.ts';
import { startAtOnce } from '../catch-up.ts';
import { type Draft } from '../draft.ts';
import { keepsBookingsOut } from '../next-boundary.ts';
import { isBlocking } from '../reservation.ts';
import { shifted } from '../shifted.ts';
import { type Override, type Reservation } from '../state.ts';
import { cancelDisplaced, conflictsOf } from './displacement.ts';
import { type Refusal } from './refusal.ts';

/** O1–O5. One that starts now (or did a moment ago) is in force at once; the others are started by the calendar. */
export function applyOverride(draft: Draft, command: ApplyOverride): Refusal {
  const { overrideId, kind, reason, startsAt, endsAt } = command;
  const known = knownOverride(draft, overrideId);
  if (known !== undefined) return refuseOther(draft, known, command);
  const bookings = inTheWay(draft, command);
  const refusal = refuseTimes(draft, command) ?? refuseBookings(command, bookings);
  if (refusal !== null) return refusal;
  const data = {
    override_id: overrideId,
    kind,
    reason,
    starts_at: startsAt,
    ...(endsAt === undefined ? {} : { ends_at: endsAt }),
    ...(command.onConflict === 'displace' ? { on_conflict: command.onConflict } : {}),
    ...(command.force ? { force: true } : {}),
  };
  draft.recordQuietly({ type: 'OverrideApplied', data });
  if (startsAt <= draft.now) {
    startAtOnce(draft, { kind: 'override-started', subject: overrideId, due: startsAt });
  }
  if (keepsBookingsOut(command)) cancelDisplaced(draft, bookings, overrideId);
  return null;
}

function knownOverride({ space }: Draft, id: string): Override | undefined {
  return space.overrides.find((one) => one.id === id) ?? space.endedOverrides.find((one) => one.id === id);
}

/** A repeat of one that began "now" says a later now: that does not make it another override. Texts are ciphertext. */
function refuseOther({ now }: Draft, known: Override, command: ApplyOverride): Refusal {
  const { kind, startsAt, endsAt = null, reason } = command;
  const sameStart = known.startsAt === startsAt || (known.started && startsAt <= now);
  const same =
    known.kind === kind && known.endsAt === endsAt && known.reasonCode === reason.code && sameStart;
  return same ? null : { code: 'already-exists', detail: 'Another override was recorded under this id.' };
}

function refuseTimes({ space, now }: Draft, { startsAt, endsAt }: ApplyOverride): Refusal {
  if (endsAt !== undefined && endsAt <= startsAt) {
    return { code: 'validation-failed', detail: 'An override must start before it ends.' };
  }
  const earliest = shifted(now, -space.policy.values.booking_past_tolerance_s);
  // What was announced is never restated, so an override cannot have been in force before it was known.
  if (startsAt < earliest || (endsAt !== undefined && endsAt <= now)) {
    return { code: 'in-the-past', detail: 'An override cannot be in the past.' };
  }
  return null;
}

function refuseBookings(command: ApplyOverride, bookings: readonly Reservation[]): Refusal {
  const agreed = keepsBookingsOut(command) ? command.onConflict === 'displace' : command.force;
  if (bookings.length === 0 || agreed) return null;
  return {
    code: 'conflict-override',
    detail: 'There are bookings in that time.',
    facts: { conflicts: conflictsOf(bookings) },
  };
}

/** A closure is in the way of every booking, FORCE_FREE of those that were promised; FORCE_OCCUPIED of none. */
function inTheWay({ space, now }: Draft, { kind, startsAt, endsAt }: ApplyOverride): readonly Reservation[] {
  if (kind === 'FORCE_OCCUPIED') return [];
  return space.reservations.filter(
    (one) =>
      isBlocking(one, now) &&
      !(kind === 'FORCE_FREE' && one.status === 'PENDING') &&
      one.end > startsAt &&
      (endsAt === undefined || one.start < endsAt),
  );
}

export function liftOverride(draft: Draft, { overrideId, reason }: LiftOverride): Refusal {
  const { overrides, endedOverrides } = draft.space;
  if (overrides.some((one) => one.id === overrideId)) {
    draft.record({ type: 'OverrideLifted', data: { override_id: overrideId, reason } });
    return null;
  }
  if (endedOverrides.some((one) => one.id === overrideId)) return null;
  return { code: 'not-found', detail: 'There is no such override.' };
}
