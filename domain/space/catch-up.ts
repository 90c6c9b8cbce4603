import { type Instant } from '../time/instant.ts';
import { type Boundary, dueBoundaries, eventOf } from './boundaries.ts';
import { computeState } from './compute-state.ts';
import { type Draft } from './draft.ts';
import { type SpaceEvent } from './events.ts';
import { inputsOf } from './state.ts';

/** Writes down what became due, in the order in which it was due. Every command does this first. */
export function catchUp(draft: Draft, evidenceThrough: Instant | null): void {
  let together: Written[] = [];
  for (const boundary of dueBoundaries(draft.space, draft.now, evidenceThrough)) {
    if (together[0] !== undefined && together[0].boundary.due !== boundary.due) {
      announceTogether(draft, together);
      together = [];
    }
    together.push({ boundary, event: write(draft, boundary) });
  }
  announceTogether(draft, together);
}

/** Something that is due already begins with the command that brings it: the same event as the clock's. */
export function startAtOnce(draft: Draft, boundary: Boundary): void {
  const event = write(draft, boundary);
  draft.announce({ event, occurredAt: boundary.due, boundary }, draft.now);
}

interface Written {
  readonly boundary: Boundary;
  readonly event: SpaceEvent;
}

function write(draft: Draft, boundary: Boundary): SpaceEvent {
  const event = eventOf(draft.space, boundary);
  draft.recordQuietly(event, boundary.due, boundary);
  return event;
}

/**
 * The state at an instant follows from intervals, not from which boundary was written first: it is announced once, after
 * all that fall together, and put down to what begins there and decides, else to what ended.
 */
function announceTogether(draft: Draft, together: readonly Written[]): void {
  const [first] = together;
  if (first === undefined) return;
  const { due } = first.boundary;
  const { override, reservation } = computeState(inputsOf(draft.space), due);
  const deciding = (override ?? reservation)?.id;
  const begins = together.find(({ boundary }) => isStart(boundary) && boundary.subject === deciding);
  const { boundary, event } = begins ?? first;
  draft.announce({ event, occurredAt: due, boundary }, due);
}

function isStart({ kind }: Boundary): boolean {
  return kind === 'override-started' || kind === 'reservation-started';
}
