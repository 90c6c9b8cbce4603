import { type ClientBase, type Pool } from 'pg';
import { type EventStore } from '../../application/ports/event-store/event-store.ts';
import { comparePositions, type Position } from '../../application/ports/event-store/position.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { toPosition } from './checkpoints.ts';
import { Parking, readParked } from './parking.ts';
import { type IncomingEvent, toIncoming } from './projected-event.ts';
import { type Projection } from './projection.ts';
import { inTransaction } from './transaction.ts';

export type RetryOutcome =
  /** Applied up to the checkpoint; from now on its events are applied as they come. */
  | { readonly outcome: 'applied'; readonly events: number }
  /** The same or a later event cannot be applied still. */
  | { readonly outcome: 'still-parked'; readonly error: string }
  | { readonly outcome: 'not-parked' };

/**
 * Applies a parked stream: its events are read again from the store, through today's upcasters, from the first one that
 * was not applied up to the projection's checkpoint. The owner of the projection is shut out meanwhile, and begins anew.
 */
export async function retryParked(
  pool: Pool,
  store: EventStore,
  projection: Projection,
  stream: StreamName,
): Promise<RetryOutcome> {
  return inTransaction(pool, async (client) => {
    const current = await fence(client, projection);
    const parked = await readParked(client, projection.name, current.generation);
    const entry = parked.find((one) => one.stream === stream);
    if (entry === undefined || current.position === null) return { outcome: 'not-parked' };
    await client.query(
      'DELETE FROM projection.parked_streams WHERE projection = $1 AND generation = $2 AND stream = $3',
      [projection.name, current.generation, stream],
    );
    const others = parked.filter((one) => one !== entry);
    const parking = new Parking(projection.name, current.generation, others);
    const events = await readUpTo(store, stream, entry.fromRevision, current.position);
    await applyInto(client, projection, current.generation, events, parking);
    await parking.write(client);
    parking.committed();
    if (!parking.holds(stream)) return { outcome: 'applied', events: events.length };
    const again = (await readParked(client, projection.name, current.generation)).find(
      (one) => one.stream === stream,
    );
    return { outcome: 'still-parked', error: again?.error ?? entry.error };
  });
}

/** Streams that were paused for what an older program did not know are tried again by each that starts. */
export async function retryPaused(
  pool: Pool,
  store: EventStore,
  projections: readonly Projection[],
): Promise<void> {
  const paused = await pool.query<{ projection: string; stream: StreamName }>(
    `SELECT s.projection, s.stream FROM projection.parked_streams AS s
     JOIN projection.projections AS p ON p.name = s.projection AND p.generation = s.generation
     JOIN projection.checkpoints AS c ON c.projection = s.projection AND c.generation = s.generation
     WHERE s.kind = 'paused' AND c.store_id = $1 ORDER BY 1, 2`,
    [store.storeId],
  );
  for (const { projection: name, stream } of paused.rows) {
    const projection = projections.find((one) => one.name === name);
    if (projection !== undefined) await retryParked(pool, store, projection, stream);
  }
}

async function fence(
  client: ClientBase,
  projection: Projection,
): Promise<{ readonly generation: number; readonly position: Position | null }> {
  const fenced = await client.query<{
    generation: number;
    store_id: string | null;
    commit_position: string | null;
    prepare_position: string | null;
  }>(
    `UPDATE projection.checkpoints AS c SET epoch = c.epoch + 1
     FROM projection.projections AS p
     WHERE p.name = $1 AND c.projection = p.name AND c.generation = p.generation
     RETURNING c.generation, c.store_id, c.commit_position, c.prepare_position`,
    [projection.name],
  );
  const row = fenced.rows[0];
  if (row === undefined) throw new Error(`there is no projection ${projection.name}`);
  return { generation: row.generation, position: toPosition(row) };
}

async function readUpTo(
  store: EventStore,
  stream: StreamName,
  fromRevision: number,
  position: Position,
): Promise<readonly IncomingEvent[]> {
  const events: IncomingEvent[] = [];
  for await (const page of store.readStream(stream, { from: fromRevision })) {
    for (const recorded of page) {
      if (comparePositions(recorded.position, position) > 0) return events;
      const incoming = toIncoming(recorded);
      if (incoming !== null) events.push(incoming);
    }
  }
  return events;
}

async function applyInto(
  client: ClientBase,
  projection: Projection,
  generation: number,
  events: readonly IncomingEvent[],
  parking: Parking,
): Promise<void> {
  await client.query('SAVEPOINT stream');
  try {
    const changes = projection.open(generation).begin();
    await changes.stage(client, events, parking);
    await changes.write(client);
  } catch (error) {
    await client.query('ROLLBACK TO SAVEPOINT stream');
    parking.discard();
    const [first, ...later] = events;
    if (first === undefined) throw error;
    parking.park('poison', first, error instanceof Error ? error.message : String(error));
    for (const event of later) parking.queue(event);
  }
}
