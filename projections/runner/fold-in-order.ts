import { type Parking } from './parking.ts';
import { type IncomingEvent, type ProjectedEvent } from './projected-event.ts';

/**
 * Folds events one by one. Those of parked streams queue; one that this program cannot read pauses its stream, since
 * passing over it would be a silent gap (rule H10); one that makes the fold throw parks it.
 */
export function foldInOrder(
  events: readonly IncomingEvent[],
  handled: ReadonlySet<string>,
  parking: Parking,
  fold: (event: ProjectedEvent) => void,
): void {
  for (const incoming of events) {
    if (parking.holds(incoming.place.stream)) parking.queue(incoming);
    else if (incoming.event === null) parking.park('paused', incoming, incoming.problem ?? 'unreadable');
    else if (handled.has(incoming.type)) foldOrPark(incoming, incoming.event, parking, fold);
  }
}

function foldOrPark(
  incoming: IncomingEvent,
  event: ProjectedEvent,
  parking: Parking,
  fold: (event: ProjectedEvent) => void,
): void {
  try {
    fold(event);
  } catch (error) {
    parking.park('poison', incoming, error instanceof Error ? error.message : String(error));
  }
}

/** The events whose rows will be needed, as far as that is known before folding. */
export function toBeFolded(
  events: readonly IncomingEvent[],
  handled: ReadonlySet<string>,
  parking: Parking,
): IncomingEvent[] {
  return events.filter(
    ({ event, type, place }) => event !== null && handled.has(type) && !parking.holds(place.stream),
  );
}
