import { type ClientBase } from 'pg';
import { type Category } from '../../application/ports/event-store/categories.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { type EventTypeName } from '../../domain/catalogue/event-schemas.ts';
import { Bounded } from './bounded.ts';
import { foldInOrder, toBeFolded } from './fold-in-order.ts';
import { type Parking } from './parking.ts';
import { type IncomingEvent, type ProjectedEvent } from './projected-event.ts';
import { type Applier, type Projection, type Staged } from './projection.ts';
import { type RowOwner, RowStatements } from './row-statements.ts';
import { type TableDefinition } from './table.ts';

export interface RowProjection<Row extends object> {
  readonly name: string;
  readonly version: number;
  readonly table: TableDefinition<Row>;
  /** Every row is owned by one stream of this category. */
  readonly category: Category;
  readonly handles: readonly EventTypeName[];
  /**
   * From the live rows of the event's stream to what they are after it: a row that is gone is deleted, one that is
   * another object is written. Pure, and blind to the order of the rows. A throw parks the stream.
   */
  readonly fold: (rows: readonly Row[], event: ProjectedEvent) => readonly Row[];
}

/** Streams whose live rows are kept in memory between batches, per projection. */
const KEPT_STREAMS = 20_000;

export function rowProjection<Row extends object>(definition: RowProjection<Row>): Projection {
  return {
    name: definition.name,
    version: definition.version,
    tables: [definition.table],
    open: (generation) => new RowApplier(definition, generation),
  };
}

class RowApplier<Row extends object> implements Applier {
  readonly #definition: RowProjection<Row>;
  readonly #handled: ReadonlySet<string>;
  readonly #statements: RowStatements<Row>;
  readonly #kept = new Bounded<StreamName, readonly Row[]>(KEPT_STREAMS);

  constructor(definition: RowProjection<Row>, generation: number) {
    this.#definition = definition;
    this.#handled = new Set(definition.handles);
    this.#statements = new RowStatements(definition.table, generation);
  }

  async stage(client: ClientBase, events: readonly IncomingEvent[], parking: Parking): Promise<Staged> {
    const ours = events.filter(({ place }) => place.category === this.#definition.category);
    const working = await this.#workingRows(client, toBeFolded(ours, this.#handled, parking));
    const changes = new RowChanges<Row>((row) => this.#statements.keyOf(row));
    foldInOrder(ours, this.#handled, parking, (event) => this.#foldOne(event, working, changes));
    return {
      write: async (writer) => {
        await this.#statements.remove(writer, changes.removed());
        await this.#statements.upsert(writer, changes.put());
      },
      committed: () => {
        for (const [stream, rows] of working) this.#kept.set(stream, rows);
      },
    };
  }

  forget(): void {
    this.#kept.clear();
  }

  #foldOne(event: ProjectedEvent, working: Map<StreamName, readonly Row[]>, changes: RowChanges<Row>): void {
    const before = working.get(event.stream) ?? [];
    const after = this.#definition.fold(before, event);
    if (after === before) return;
    changes.add(before, after);
    const isLive = this.#definition.table.live?.of;
    working.set(event.stream, isLive === undefined ? after : after.filter(isLive));
  }

  async #workingRows(
    client: ClientBase,
    events: readonly IncomingEvent[],
  ): Promise<Map<StreamName, readonly Row[]>> {
    const working = new Map<StreamName, readonly Row[]>();
    const missing = new Map<string, { readonly stream: StreamName; readonly owner: RowOwner }>();
    for (const { place } of events) {
      if (working.has(place.stream)) continue;
      const kept = this.#kept.get(place.stream);
      working.set(place.stream, kept ?? []);
      // A stream that only begins has no rows.
      if (kept === undefined && place.revision > 0)
        missing.set(ownerKey(place), { stream: place.stream, owner: place });
    }
    const loaded = await this.#statements.load(
      client,
      [...missing.values()].map(({ owner }) => owner),
    );
    for (const row of loaded) {
      const entityId = String(row[this.#definition.table.owner]);
      const place = missing.get(ownerKey({ tenantId: tenantOf(row), entityId }));
      if (place !== undefined) working.set(place.stream, [...(working.get(place.stream) ?? []), row]);
    }
    return working;
  }
}

function ownerKey(owner: RowOwner): string {
  return `${owner.tenantId} ${owner.entityId}`;
}

function tenantOf(row: object): string {
  return String((row as { readonly tenant_id: unknown }).tenant_id);
}

/** What a batch does to a table: per key the last word counts. */
class RowChanges<Row extends object> {
  readonly #keyOf: (row: Row) => string;
  readonly #put = new Map<string, Row>();
  readonly #removed = new Map<string, Row>();

  constructor(keyOf: (row: Row) => string) {
    this.#keyOf = keyOf;
  }

  add(before: readonly Row[], after: readonly Row[]): void {
    const kept = new Set(after.map(this.#keyOf));
    for (const row of before) {
      const key = this.#keyOf(row);
      if (kept.has(key)) continue;
      this.#removed.set(key, row);
      this.#put.delete(key);
    }
    const unchanged = new Set(before);
    for (const row of after) {
      if (unchanged.has(row)) continue;
      const key = this.#keyOf(row);
      this.#put.set(key, row);
      this.#removed.delete(key);
    }
  }

  put(): readonly Row[] {
    return [...this.#put.values()];
  }

  removed(): readonly Row[] {
    return [...this.#removed.values()];
  }
}
