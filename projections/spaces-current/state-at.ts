import { type StateName } from '../../domain/space/events.ts';
import { computeState } from '../../domain/space/compute-state.ts';
import { nextBoundaryAt } from '../../domain/space/next-boundary.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type SpaceFacts, type SpaceRow } from './table.ts';

export type StoredState = Pick<
  SpaceRow,
  'state' | 'available' | 'state_since' | 'cause_event' | 'cause_id' | 'as_of' | 'next_boundary_at' | 'facts'
>;

export interface StateAt {
  readonly state: StateName;
  readonly available: boolean | null;
  readonly since: Instant;
  readonly cause: { readonly event: string; readonly id: string | null };
  readonly nextBoundaryAt: Instant | null;
}

/** The columns hold until the next boundary; from there on state follows from the facts, clock process or not (S2). */
export function stateAt(row: StoredState, at: Instant): StateAt {
  let current: StateAt = {
    state: row.state,
    available: row.available,
    since: row.state_since,
    cause: { event: row.cause_event, id: row.cause_id },
    nextBoundaryAt: row.next_boundary_at,
  };
  for (let boundary = row.next_boundary_at; boundary !== null && boundary <= at;) {
    const { state, available } = computeState(row.facts, boundary);
    const next = nextBoundaryAt(row.facts, boundary);
    const changed = state !== current.state;
    current = {
      state,
      available,
      since: changed ? boundary : current.since,
      cause: changed ? causeOf(row.facts, boundary) : current.cause,
      nextBoundaryAt: next,
    };
    boundary = next;
  }
  return current;
}

/** What the clock will announce for this instant. Ends come before starts. */
function causeOf(facts: SpaceFacts, at: Instant): StateAt['cause'] {
  const started = facts.overrides.find((one) => one.startsAt === at);
  if (started !== undefined) return { event: 'OverrideStarted', id: started.id };
  const begun = facts.reservations.find((one) => one.start === at);
  if (begun !== undefined) return { event: 'ReservationStarted', id: begun.id };
  const expired = facts.overrides.find((one) => one.endsAt === at);
  if (expired !== undefined) return { event: 'OverrideExpired', id: expired.id };
  const over = facts.reservations.find((one) => one.end === at);
  return { event: 'ReservationFulfilled', id: over?.id ?? null };
}
