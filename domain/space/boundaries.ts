import { earlierOf, type Instant } from '../time/instant.ts';
import { type SpaceEvent } from './events.ts';
import { holdEndsAt, isOpen } from './reservation.ts';
import { type LiveSpace, type SpaceState } from './state.ts';

/**
 * What becomes true by the calendar alone, in the order in which it is written when several fall on one instant: ends
 * before starts, overrides before bookings before holds.
 */
export const boundaryKinds = [
  'override-expired',
  'reservation-ended',
  'hold-expired',
  'override-started',
  'reservation-started',
] as const;
export type BoundaryKind = (typeof boundaryKinds)[number];

/** Its key is (kind, subject, due): whoever writes it gives it the same id. */
export interface Boundary {
  readonly kind: BoundaryKind;
  readonly subject: string;
  readonly due: Instant;
}

type Visit = (kind: BoundaryKind, subject: string, due: Instant) => void;

/**
 * A family of boundaries. What `needsEvidence` is due on the calendar, too, but may only be written once the evidence
 * has passed it; there is none of that sort yet.
 */
interface BoundarySource {
  readonly needsEvidence: boolean;
  readonly visit: (space: LiveSpace, visit: Visit) => void;
}

const sources: readonly BoundarySource[] = [
  { needsEvidence: false, visit: overrideBoundaries },
  { needsEvidence: false, visit: reservationBoundaries },
];

function overrideBoundaries(space: LiveSpace, visit: Visit): void {
  for (const one of space.overrides) {
    if (!one.started) visit('override-started', one.id, one.startsAt);
    if (one.endsAt !== null) visit('override-expired', one.id, one.endsAt);
  }
}

function reservationBoundaries(space: LiveSpace, visit: Visit): void {
  for (const one of space.reservations) {
    if (!isOpen(one)) continue;
    if (one.status === 'PENDING') {
      visit('hold-expired', one.id, holdEndsAt(one));
      continue;
    }
    if (!one.started) visit('reservation-started', one.id, one.start);
    visit('reservation-ended', one.id, one.end);
  }
}

/**
 * What is due up to `now` and not yet written, in the order in which it was due. Whatever waits for evidence is left
 * out beyond `evidenceThrough`.
 */
export function dueBoundaries(
  state: SpaceState,
  now: Instant,
  evidenceThrough: Instant | null = null,
): Boundary[] {
  if (state.status !== 'live') return [];
  const due: Boundary[] = [];
  for (const source of sources) {
    const until = source.needsEvidence ? evidenceThrough : now;
    source.visit(state, (kind, subject, at) => {
      if (until !== null && at <= until && at <= now) due.push({ kind, subject, due: at });
    });
  }
  return due.sort(inDueOrder);
}

function inDueOrder(a: Boundary, b: Boundary): number {
  if (a.due !== b.due) return a.due < b.due ? -1 : 1;
  const kinds = boundaryKinds.indexOf(a.kind) - boundaryKinds.indexOf(b.kind);
  if (kinds !== 0) return kinds;
  return a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0;
}

export interface Due {
  readonly nextDueAt: Instant | null;
  readonly nextEvidenceDueAt: Instant | null;
}

/** When something is next due on this space; what needs evidence of the bay's occupancy is due apart. */
export function nextDue(state: SpaceState): Due {
  return { nextDueAt: earliest(state, false), nextEvidenceDueAt: earliest(state, true) };
}

function earliest(state: SpaceState, needsEvidence: boolean): Instant | null {
  if (state.status !== 'live') return null;
  let next: Instant | null = null;
  for (const source of sources) {
    if (source.needsEvidence !== needsEvidence) continue;
    source.visit(state, (_kind, _subject, due) => {
      next = next === null ? due : earlierOf(next, due);
    });
  }
  return next;
}

/** The fact that a boundary becomes when it is written. */
export function eventOf(space: LiveSpace, { kind, subject, due }: Boundary): SpaceEvent {
  switch (kind) {
    case 'override-started':
      return { type: 'OverrideStarted', data: { override_id: subject, scheduled_at: due } };
    case 'override-expired':
      return { type: 'OverrideExpired', data: { override_id: subject, scheduled_at: due } };
    case 'reservation-started':
      return { type: 'ReservationStarted', data: { reservation_id: subject, scheduled_at: due } };
    case 'hold-expired':
      return { type: 'ReservationExpired', data: { reservation_id: subject, scheduled_at: due } };
    case 'reservation-ended': {
      const checkedIn = space.reservations.some((one) => one.id === subject && one.status === 'CHECKED_IN');
      const evidence = checkedIn ? 'end' : 'none';
      return { type: 'ReservationFulfilled', data: { reservation_id: subject, at: due, evidence } };
    }
  }
}
