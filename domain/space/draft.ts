import { type BoundaryKey, type Decided } from '../event/event.ts';
import { type Instant, laterOf } from '../time/instant.ts';
import { computeState } from './compute-state.ts';
import { evolve } from './evolve.ts';
import { RULES_VERSION, type SpaceEvent } from './events.ts';
import { inputsOf, type LiveSpace } from './state.ts';
import { tagsOf } from './transition-matrix.ts';

/**
 * A decision being written: the events so far, and the space as it is after them. Whatever is recorded through it is
 * followed by `SpaceStateChanged` where the derived state is no longer the announced one: no command sets a state (S5).
 */
export class Draft {
  readonly events: Decided<SpaceEvent>[] = [];
  #space: LiveSpace;

  constructor(space: LiveSpace) {
    this.#space = space;
  }

  get space(): LiveSpace {
    return this.#space;
  }

  /** A fact of this command; the state is announced as of `now`, since every boundary up to now has been caught up. */
  record(event: SpaceEvent, occurredAt: Instant, now: Instant): void {
    this.#push({ event, occurredAt });
    this.#announce(event, occurredAt, now, undefined);
  }

  /** A fact that announces nothing yet, because the next one of the same decision belongs to it. */
  recordQuietly(event: SpaceEvent, occurredAt: Instant): void {
    this.#push({ event, occurredAt });
  }

  /** Something that became due by itself: the same event with the same id, whoever writes it. */
  recordBoundary(event: SpaceEvent, boundary: BoundaryKey): void {
    this.#push({ event, occurredAt: boundary.due, boundary });
    this.#announce(event, boundary.due, boundary.due, boundary);
  }

  #push(decided: Decided<SpaceEvent>): void {
    this.events.push(decided);
    const next = evolve(this.#space, decided.event);
    if (next.status !== 'unregistered') this.#space = next;
  }

  #announce(cause: SpaceEvent, occurredAt: Instant, at: Instant, boundary: BoundaryKey | undefined): void {
    const before = this.#space.announced;
    const { state, available } = computeState(inputsOf(this.#space), at);
    if (before?.state === state) return;
    const effectiveAt = before === null ? occurredAt : laterOf(before.effectiveAt, occurredAt);
    const id = causeId(cause);
    const event: SpaceEvent = {
      type: 'SpaceStateChanged',
      data: {
        from: before?.state ?? null,
        to: state,
        available,
        cause: { event: cause.type, ...(id === undefined ? {} : { id }) },
        tags: tagsOf(before?.state ?? null, state, this.#space.occupancy.value),
        effective_at: effectiveAt,
        rules_version: RULES_VERSION,
      },
    };
    this.#push({
      event,
      occurredAt: effectiveAt,
      ...(boundary === undefined ? {} : { boundary: { ...boundary, kind: `state/${boundary.kind}` } }),
    });
  }
}

/** The id that the cause's data carries: what a reader looks for next. */
function causeId(cause: SpaceEvent): string | undefined {
  const data = cause.data;
  if ('override_id' in data) return data.override_id;
  if ('reservation_id' in data) return data.reservation_id;
  if ('evidence' in data && typeof data.evidence === 'object') return data.evidence.frame_id;
  if ('observation_id' in data) return data.observation_id;
  return undefined;
}
