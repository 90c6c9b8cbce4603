import { type BoundaryKey } from '../event/event.ts';
import { earlierOf, type Instant } from '../time/instant.ts';
import { type Draft } from './draft.ts';
import { type SpaceEvent } from './events.ts';
import { isOpen } from './next-boundary.ts';
import { type LiveSpace } from './state.ts';

/** Something that becomes true by the calendar alone. */
export interface Boundary extends BoundaryKey {
  /** At the same instant ends come before starts. */
  readonly order: number;
  readonly event: SpaceEvent;
}

const END = 0;
const START = 1;

/** Writes down what became due up to `now`, in the order in which it was due. Every command does this first. */
export function catchUp(draft: Draft, now: Instant): void {
  for (const { event, kind, subject, due } of dueBoundaries(draft.space, now)) {
    draft.recordBoundary(event, { kind, subject, due });
  }
}

export function dueBoundaries(space: LiveSpace, now: Instant): Boundary[] {
  return allBoundaries(space)
    .filter((one) => one.due <= now)
    .sort(inDueOrder);
}

/** When something is next due on this space; what needs evidence of the bay's occupancy is due apart. */
export function nextDue(space: LiveSpace): { nextDueAt: Instant | null; nextEvidenceDueAt: Instant | null } {
  const due = allBoundaries(space).map((one) => one.due);
  return { nextDueAt: due.length === 0 ? null : due.reduce(earlierOf), nextEvidenceDueAt: null };
}

function allBoundaries(space: LiveSpace): Boundary[] {
  return [...overrideBoundaries(space), ...reservationBoundaries(space)];
}

function overrideBoundaries(space: LiveSpace): Boundary[] {
  return space.overrides.flatMap((one) => {
    const data = (due: Instant) => ({ override_id: one.id, scheduled_at: due });
    const boundaries: Boundary[] = [];
    if (!one.started) {
      const event: SpaceEvent = { type: 'OverrideStarted', data: data(one.startsAt) };
      boundaries.push({ kind: 'override-started', subject: one.id, due: one.startsAt, order: START, event });
    }
    if (one.endsAt !== null) {
      const event: SpaceEvent = { type: 'OverrideExpired', data: data(one.endsAt) };
      boundaries.push({ kind: 'override-expired', subject: one.id, due: one.endsAt, order: END, event });
    }
    return boundaries;
  });
}

function reservationBoundaries(space: LiveSpace): Boundary[] {
  return space.reservations.filter(isOpen).flatMap((one) => {
    const id = { reservation_id: one.id };
    if (one.status === 'PENDING') {
      if (one.holdExpiresAt === null) return [];
      const due = one.holdExpiresAt;
      const event: SpaceEvent = { type: 'ReservationExpired', data: { ...id, scheduled_at: due } };
      return [{ kind: 'hold-expired', subject: one.id, due, order: END, event }];
    }
    const ended: SpaceEvent = {
      type: 'ReservationFulfilled',
      data: { ...id, at: one.end, evidence: 'none' },
    };
    const boundaries: Boundary[] = [
      { kind: 'reservation-ended', subject: one.id, due: one.end, order: END, event: ended },
    ];
    if (!one.started) {
      const event: SpaceEvent = { type: 'ReservationStarted', data: { ...id, scheduled_at: one.start } };
      boundaries.push({ kind: 'reservation-started', subject: one.id, due: one.start, order: START, event });
    }
    return boundaries;
  });
}

function inDueOrder(a: Boundary, b: Boundary): number {
  if (a.due !== b.due) return a.due < b.due ? -1 : 1;
  if (a.order !== b.order) return a.order - b.order;
  const [left, right] = [`${a.kind}/${a.subject}`, `${b.kind}/${b.subject}`];
  return left < right ? -1 : left > right ? 1 : 0;
}
