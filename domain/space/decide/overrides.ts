import { addSeconds, type Instant } from '../../time/instant.ts';
import { type ApplyOverride, type LiftOverride } from '../commands.ts';
import { type Refusal } from '../refusal.ts';
import { type Draft } from '../draft.ts';
import { type SpaceEvent } from '../events.ts';
import { isBlocking } from '../next-boundary.ts';
import { type Reservation } from '../state.ts';
import { cancelDisplaced, conflictsOf } from './displacement.ts';

export function applyOverride(draft: Draft, command: ApplyOverride): Refusal {
  const { overrideId, kind, reason, startsAt, endsAt, now } = command;
  const known = draft.space.overrides.find((one) => one.id === overrideId);
  if (known !== undefined || draft.space.endedOverrides.includes(overrideId)) {
    const same = known === undefined || (known.kind === kind && known.endsAt === (endsAt ?? null));
    return same ? null : { code: 'already-exists', detail: 'Another override was recorded under this id.' };
  }
  const refusal = refuseTimes(draft, command);
  if (refusal !== null) return refusal;
  const bookings = overlapping(draft, command);
  if (bookings.length > 0 && !mayOverride(command)) {
    return {
      code: 'conflict-override',
      detail: 'There are bookings in that time.',
      facts: { conflicts: conflictsOf(bookings) },
    };
  }
  const data = {
    override_id: overrideId,
    kind,
    reason,
    starts_at: startsAt,
    ...(endsAt === undefined ? {} : { ends_at: endsAt }),
    ...(command.onConflict === 'displace' ? { on_conflict: command.onConflict } : {}),
    ...(command.force ? { force: true } : {}),
  };
  recordApplied(draft, { type: 'OverrideApplied', data }, now);
  if (closes(command)) cancelDisplaced(draft, bookings, now, overrideId);
  return null;
}

/** What is in force at once has started: its beginning is a boundary that is due already. */
function recordApplied(
  draft: Draft,
  event: Extract<SpaceEvent, { type: 'OverrideApplied' }>,
  now: Instant,
): void {
  const { override_id: subject, starts_at: due } = event.data;
  if (due > now) {
    draft.record(event, now, now);
    return;
  }
  draft.recordQuietly(event, now);
  const started = { override_id: subject, scheduled_at: due };
  draft.recordBoundary(
    { type: 'OverrideStarted', data: started },
    { kind: 'override-started', subject, due },
  );
}

function refuseTimes(draft: Draft, { startsAt, endsAt, now }: ApplyOverride): Refusal {
  if (endsAt !== undefined && endsAt <= startsAt)
    return { code: 'too-short', detail: 'It ends before it starts.' };
  const earliest = addSeconds(now, -draft.space.policy.values.booking_past_tolerance_s);
  if (startsAt < earliest || (endsAt !== undefined && endsAt <= now)) {
    return { code: 'in-the-past', detail: 'An override cannot be in the past.' };
  }
  return null;
}

/** Kinds that let nobody in. The others only change what is shown. */
function closes({ kind }: ApplyOverride): boolean {
  return kind === 'OUT_OF_SERVICE' || kind === 'BLOCKED';
}

function mayOverride(command: ApplyOverride): boolean {
  if (closes(command)) return command.onConflict === 'displace';
  return command.kind === 'FORCE_OCCUPIED' || command.force;
}

function overlapping(draft: Draft, { startsAt, endsAt, now }: ApplyOverride): Reservation[] {
  return draft.space.reservations.filter(
    (one) => isBlocking(one, now) && one.end > startsAt && (endsAt === undefined || one.start < endsAt),
  );
}

export function liftOverride(draft: Draft, { overrideId, reason, now }: LiftOverride): Refusal {
  if (draft.space.overrides.some((one) => one.id === overrideId)) {
    draft.record({ type: 'OverrideLifted', data: { override_id: overrideId, reason } }, now, now);
    return null;
  }
  if (draft.space.endedOverrides.includes(overrideId)) return null;
  return { code: 'not-found', detail: 'There is no such override.' };
}
