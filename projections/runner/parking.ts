import { type ClientBase } from 'pg';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { type IncomingEvent } from './projected-event.ts';

/** `poison`: an event that cannot be applied; `paused`: one that this version of the program does not know. */
export type ParkedKind = 'poison' | 'paused';

export interface ParkedStream {
  readonly stream: StreamName;
  readonly kind: ParkedKind;
  /** The first event that was not applied; all later ones of the stream queue behind it. */
  readonly fromRevision: number;
  readonly lastRevision: number;
  readonly parkedCount: number;
  readonly eventType: string;
  readonly error: string;
}

/**
 * The streams that one projection does not apply for now. A bad event stops its own stream, never the projection, and
 * nothing of that stream is skipped: it waits. Changes are staged per batch and written in the batch's transaction.
 */
export class Parking {
  readonly projection: string;
  readonly generation: number;
  readonly #committed: Map<string, ParkedStream>;
  readonly #staged = new Map<string, ParkedStream>();

  constructor(projection: string, generation: number, parked: readonly ParkedStream[]) {
    this.projection = projection;
    this.generation = generation;
    this.#committed = new Map(parked.map((entry) => [entry.stream, entry]));
  }

  get size(): number {
    return this.#committed.size;
  }

  holds(stream: StreamName): boolean {
    return this.#entry(stream) !== undefined;
  }

  /** One more event of a parked stream. */
  queue({ place }: IncomingEvent): void {
    const entry = this.#entry(place.stream);
    if (entry === undefined || place.revision <= entry.lastRevision) return;
    this.#staged.set(place.stream, {
      ...entry,
      lastRevision: place.revision,
      parkedCount: entry.parkedCount + 1,
    });
  }

  park(kind: ParkedKind, { place, type }: IncomingEvent, error: string): void {
    this.#staged.set(place.stream, {
      stream: place.stream,
      kind,
      fromRevision: place.revision,
      lastRevision: place.revision,
      parkedCount: 1,
      eventType: type,
      error: error.slice(0, 2000),
    });
  }

  async write(client: ClientBase): Promise<void> {
    for (const entry of this.#staged.values()) {
      await client.query(
        `INSERT INTO projection.parked_streams AS p
           (projection, generation, stream, kind, from_revision, last_revision, parked_count, event_type, error)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (projection, generation, stream)
         DO UPDATE SET last_revision = excluded.last_revision, parked_count = excluded.parked_count`,
        [
          this.projection,
          this.generation,
          entry.stream,
          entry.kind,
          entry.fromRevision,
          entry.lastRevision,
          entry.parkedCount,
          entry.eventType,
          // Postgres text holds no NUL.
          entry.error.replaceAll('\u0000', '\uFFFD').toWellFormed(),
        ],
      );
    }
  }

  committed(): void {
    for (const [stream, entry] of this.#staged) this.#committed.set(stream, entry);
    this.#staged.clear();
  }

  discard(): void {
    this.#staged.clear();
  }

  #entry(stream: StreamName): ParkedStream | undefined {
    return this.#staged.get(stream) ?? this.#committed.get(stream);
  }
}

export async function readParked(
  client: Pick<ClientBase, 'query'>,
  projection: string,
  generation: number,
): Promise<ParkedStream[]> {
  const found = await client.query<{
    stream: StreamName;
    kind: ParkedKind;
    from_revision: string;
    last_revision: string;
    parked_count: number;
    event_type: string;
    error: string;
  }>(
    `SELECT stream, kind, from_revision, last_revision, parked_count, event_type, error
     FROM projection.parked_streams WHERE projection = $1 AND generation = $2 ORDER BY stream`,
    [projection, generation],
  );
  return found.rows.map((row) => ({
    stream: row.stream,
    kind: row.kind,
    fromRevision: Number(row.from_revision),
    lastRevision: Number(row.last_revision),
    parkedCount: row.parked_count,
    eventType: row.event_type,
    error: row.error,
  }));
}
