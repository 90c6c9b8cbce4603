import { readEvent } from '../../domain/catalogue/read-event.ts';
import { computeState } from '../../domain/space/compute-state.ts';
import { spaceDecider } from '../../domain/space/decider.ts';
import { type SpaceEvent } from '../../domain/space/events.ts';
import { type LiveSpace, type SpaceState } from '../../domain/space/state.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { UnreadableStreamError } from '../commands/errors.ts';
import { type EventStore } from '../ports/event-store/event-store.ts';
import { type RecordedEvent } from '../ports/event-store/events.ts';
import { comparePositions, type Position } from '../ports/event-store/position.ts';
import { streamName } from '../ports/event-store/stream-name.ts';

/** What we knew: up to a position, up to what was recorded by an instant, or everything. */
export type Known = { readonly position: Position } | { readonly at: Instant } | 'everything';

/** An event as evidence is quoted: positions mean nothing in another store, these three do. */
export interface EventReference {
  readonly stream: string;
  readonly revision: number;
  readonly event_id: string;
  readonly type: string;
  readonly occurred_at: string;
  readonly recorded_at: string;
}

export interface SpaceAsOf {
  readonly space: LiveSpace;
  readonly validAt: Instant;
  readonly derived: ReturnType<typeof computeState>;
  /** The last event that was known. */
  readonly known: EventReference;
  /** The last known event that had happened at `validAt`. */
  readonly decidedBy: EventReference;
  readonly position: Position;
}

/**
 * The state of a space on two time axes, by folding its stream: of the events that were *known*, those that had
 * *happened* at `validAt` (their `occurred_at`), then the rules at that instant. The same question gives the same bytes
 * for ever; nothing in it depends on the present. Null where the space did not exist on either axis.
 */
export async function spaceAsOf(
  store: EventStore,
  tenantId: string,
  spaceId: string,
  valid: Instant | 'last-known-event',
  known: Known,
): Promise<SpaceAsOf | null> {
  const events = await knownEvents(store, tenantId, spaceId, known);
  const last = events.at(-1);
  if (last === undefined) return null;
  const validAt = valid === 'last-known-event' ? latestOccurrence(events) : valid;
  const happened = events.filter((event) => occurredAt(event) <= validAt);
  const decidedBy = happened.at(-1);
  let state: SpaceState = spaceDecider.initialState;
  for (const event of happened) state = spaceDecider.evolve(state, asSpaceEvent(event));
  if (state.status === 'unregistered' || decidedBy === undefined) return null;
  return {
    space: state,
    validAt,
    derived: computeState({ ...state, unknownState: state.policy.values.unknown_state }, validAt),
    known: referenceTo(last),
    decidedBy: referenceTo(decidedBy),
    position: last.position,
  };
}

async function knownEvents(
  store: EventStore,
  tenantId: string,
  spaceId: string,
  known: Known,
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of store.readStream(streamName('space', tenantId, spaceId))) {
    for (const event of page) {
      // A prefix: the server's clock may step back, knowledge never shrinks.
      if (isBeyond(event, known)) return events;
      events.push(event);
    }
  }
  return events;
}

function isBeyond(event: RecordedEvent, known: Known): boolean {
  if (known === 'everything') return false;
  return 'at' in known ? event.recordedAt > known.at : comparePositions(event.position, known.position) > 0;
}

function latestOccurrence(events: readonly RecordedEvent[]): Instant {
  return events.map(occurredAt).reduce((a, b) => (a >= b ? a : b));
}

function occurredAt(event: RecordedEvent): Instant {
  const at = event.metadata['occurred_at'];
  return (typeof at === 'string' ? at : event.recordedAt) as Instant;
}

function asSpaceEvent(recorded: RecordedEvent): SpaceEvent {
  const version = recorded.metadata['schema_version'];
  const reading = readEvent(recorded.type, recorded.data, typeof version === 'number' ? version : 1);
  if (!reading.ok) throw new UnreadableStreamError(recorded.stream, recorded.revision, reading.detail);
  return reading.event as unknown as SpaceEvent;
}

export function referenceTo(event: RecordedEvent): EventReference {
  return {
    stream: event.stream,
    revision: event.revision,
    event_id: event.id,
    type: event.type,
    occurred_at: occurredAt(event),
    recorded_at: event.recordedAt,
  };
}
