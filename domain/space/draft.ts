import { type BoundaryKey, type Decided } from '../event/event.ts';
import { type Instant, laterOf } from '../time/instant.ts';
import { byOccupancy, computeState } from './compute-state.ts';
import { evolve } from './evolve.ts';
import { RULES_VERSION, type SpaceEvent } from './events.ts';
import { inputsOf, type LiveSpace } from './state.ts';
import { tagsOf } from './transition-matrix.ts';

/** The event that a change of state is put down to. */
export interface Cause {
  readonly event: SpaceEvent;
  readonly occurredAt: Instant;
  readonly boundary?: BoundaryKey;
  /** Where the event's data carries no id of its own. */
  readonly id?: string | undefined;
}

/**
 * A decision being written: the events so far, and the space as it is after them. A fact that may change the derived
 * state is followed by `SpaceStateChanged` where that is no longer the announced one: no command sets a state (S5).
 */
export class Draft {
  /** As of when it is decided: the writer's clock, or what was written before by a clock that was ahead of it. */
  readonly now: Instant;
  readonly #events: Decided<SpaceEvent>[] = [];
  #space: LiveSpace;

  constructor(space: LiveSpace, now: Instant) {
    this.#space = space;
    const upTo = space.caughtUpTo ?? null;
    this.now = upTo === null ? now : laterOf(now, upTo);
  }

  get space(): LiveSpace {
    return this.#space;
  }

  get events(): readonly Decided<SpaceEvent>[] {
    return this.#events;
  }

  /** A fact, and what it changes. */
  record(event: SpaceEvent, occurredAt: Instant = this.now, id?: string): void {
    this.recordQuietly(event, occurredAt);
    this.announce({ event, occurredAt, id }, this.now);
  }

  /** A fact that announces nothing (yet). */
  recordQuietly(event: SpaceEvent, occurredAt: Instant = this.now, boundary?: BoundaryKey): void {
    this.#events.push(boundary === undefined ? { event, occurredAt } : { event, occurredAt, boundary });
    const next = evolve(this.#space, event);
    if (next.status !== 'unregistered') this.#space = next;
  }

  /**
   * Announces the state at `at` where it is news. What follows a boundary event is a boundary event itself, so that two
   * clocks give it one id. The effective time never goes back: what was announced stays announced.
   */
  announce(cause: Cause, at: Instant): void {
    const { announced, occupancy, policy } = this.#space;
    const from = announced?.state ?? null;
    const { state: to, available } = computeState(inputsOf(this.#space), at);
    if (from === to) return;
    const parked = byOccupancy(occupancy, policy.values.unknown_state).state === 'OCCUPIED';
    const effectiveAt =
      announced === null ? cause.occurredAt : laterOf(announced.effectiveAt, cause.occurredAt);
    const id = cause.id ?? idIn(cause.event);
    const event: SpaceEvent = {
      type: 'SpaceStateChanged',
      data: {
        from,
        to,
        available,
        cause: { event: cause.event.type, ...(id === undefined ? {} : { id }) },
        tags: [...tagsOf(from, to, cause.event.type, parked)],
        effective_at: effectiveAt,
        rules_version: RULES_VERSION,
      },
    };
    const { boundary } = cause;
    const key = boundary === undefined ? undefined : { ...boundary, kind: `state/${boundary.kind}` };
    this.recordQuietly(event, effectiveAt, key);
  }
}

/** The id that the cause's data carries: what a reader looks for next. */
function idIn({ data }: SpaceEvent): string | undefined {
  if ('override_id' in data) return data.override_id;
  if ('reservation_id' in data) return data.reservation_id;
  if ('evidence' in data && typeof data.evidence === 'object') return data.evidence.frame_id;
  return undefined;
}
