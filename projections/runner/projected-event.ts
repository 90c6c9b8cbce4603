import { type Category } from '../../application/ports/event-store/categories.ts';
import { type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { type Position } from '../../application/ports/event-store/position.ts';
import { parseStreamName, type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { type DomainEvent } from '../../domain/catalogue/event-schemas.ts';
import { upcast } from '../../domain/catalogue/read-event.ts';
import { type Instant } from '../../domain/time/instant.ts';

/** Where an event stands, apart from what it says. */
export interface EventPlace {
  readonly stream: StreamName;
  readonly category: Category;
  readonly tenantId: string;
  /** The id in the stream's name: a UUID with dashes, or a device's EUI. */
  readonly entityId: string;
  readonly revision: number;
  readonly position: Position;
  readonly eventId: string;
  /** Valid time. */
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** Who did it: `<type>:<id>`, as in the metadata. */
  readonly actor: string | null;
}

/** An event as folds see it: today's version of its shape, beside its place. */
export type ProjectedEvent = DomainEvent & EventPlace;

/** An event as it comes in: readable, or with the reason why this program cannot read it. */
export interface IncomingEvent {
  readonly place: EventPlace;
  readonly type: string;
  readonly event: ProjectedEvent | null;
  readonly problem: string | null;
}

/** Null for events of streams that are not ours (system streams, other programs on the same store). */
export function toIncoming(recorded: RecordedEvent): IncomingEvent | null {
  const owner = ownerOf(recorded.stream);
  if (owner === null) return null;
  const { occurred_at: occurredAt, schema_version: version } = recorded.metadata;
  // Written by our own handlers, which validate; the fold itself finds what cannot be folded.
  const reading = upcast(recorded.type, typeof version === 'number' ? version : 1, recorded.data);
  const event = {
    stream: recorded.stream,
    category: owner.category,
    tenantId: owner.tenantId,
    entityId: owner.entityId,
    revision: recorded.revision,
    position: recorded.position,
    eventId: recorded.id,
    occurredAt: (typeof occurredAt === 'string' ? occurredAt : recorded.recordedAt) as Instant,
    recordedAt: recorded.recordedAt as Instant,
    actor: actorOf(recorded.metadata['actor']),
    type: recorded.type,
    data: reading.ok ? reading.event.data : null,
  };
  return reading.ok
    ? { place: event, type: recorded.type, event: event as ProjectedEvent, problem: null }
    : { place: event, type: recorded.type, event: null, problem: `${reading.problem}: ${reading.detail}` };
}

function actorOf(actor: unknown): string | null {
  const { type, id } = (actor ?? {}) as { readonly type?: unknown; readonly id?: unknown };
  return typeof type === 'string' && typeof id === 'string' ? `${type}:${id}` : null;
}

type Owner = Pick<EventPlace, 'category' | 'tenantId' | 'entityId'>;

/** What names of streams say, for so many of them: a history is a few streams with many events each. */
const owners = new Map<StreamName, Owner>();
const MOST_OWNERS = 50_000;

function ownerOf(stream: StreamName): Owner | null {
  const known = owners.get(stream);
  if (known !== undefined) return known;
  const parts = parseStreamName(stream);
  if (parts === null) return null;
  const owner = {
    category: parts.category,
    tenantId: withDashes(parts.tenant),
    entityId: withDashes(parts.id),
  };
  if (owners.size >= MOST_OWNERS) owners.clear();
  owners.set(stream, owner);
  return owner;
}

function withDashes(id: string): string {
  if (id.length !== 32) return id;
  return `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`;
}
