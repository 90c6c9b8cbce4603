import { type ClientBase } from 'pg';
import { type Category } from '../../application/ports/event-store/categories.ts';
import { type EventTypeName } from '../../domain/catalogue/event-schemas.ts';
import { Bounded } from './bounded.ts';
import { foldInOrder, toBeFolded } from './fold-in-order.ts';
import { type IncomingEvent, type ProjectedEvent } from './projected-event.ts';
import { type Applier, type Changes, type Projection } from './projection.ts';
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
   * Where a stream owns many rows of which an event touches few: the column that tells them apart, and its value in an
   * event. The fold then sees the rows with that value only.
   */
  readonly part?: { readonly column: keyof Row & string; readonly of: (event: ProjectedEvent) => string };
  /**
   * From the live rows of the event's stream to what they are after it: a row that is gone is deleted, one that is
   * another object is written. Pure, and blind to the order of the rows. A throw parks the stream.
   */
  readonly fold: (rows: readonly Row[], event: ProjectedEvent) => readonly Row[];
}

/** Streams (or parts of streams) whose live rows are kept in memory between batches, per projection. */
const KEPT = 20_000;

/** The stream, or the stream and the part of it, that shares live rows. */
type Owner = string;

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
  readonly #kept = new Bounded<Owner, readonly Row[]>(KEPT);

  constructor(definition: RowProjection<Row>, generation: number) {
    this.#definition = definition;
    this.#handled = new Set(definition.handles);
    this.#statements = new RowStatements(definition.table, generation, definition.part?.column);
  }

  begin(): Changes {
    const working = new Map<Owner, readonly Row[]>();
    const changes = new RowChanges<Row>((row) => this.#statements.keyOf(row));
    return {
      stage: async (client, events, parking) => {
        const ours = events.filter(({ place }) => place.category === this.#definition.category);
        await this.#load(client, toBeFolded(ours, this.#handled, parking), working);
        foldInOrder(ours, this.#handled, parking, (event) => this.#foldOne(event, working, changes));
      },
      get size() {
        return working.size;
      },
      write: async (client) => {
        await this.#statements.remove(client, changes.removed());
        await this.#statements.upsert(client, changes.put());
      },
      committed: () => {
        for (const [owner, rows] of working) this.#kept.set(owner, rows);
      },
    };
  }

  forget(): void {
    this.#kept.clear();
  }

  #foldOne(event: ProjectedEvent, working: Map<Owner, readonly Row[]>, changes: RowChanges<Row>): void {
    const { part } = this.#definition;
    const owner = ownerOf(event, part?.of(event));
    const before = working.get(owner) ?? [];
    const after = this.#definition.fold(before, event);
    if (after === before) return;
    changes.add(before, after);
    const isLive = this.#definition.table.live?.of;
    working.set(owner, isLive === undefined ? after : after.filter(isLive));
  }

  /** Puts the live rows of these events into the working set, as far as they are not in it. */
  async #load(
    client: ClientBase,
    events: readonly IncomingEvent[],
    working: Map<Owner, readonly Row[]>,
  ): Promise<void> {
    const missing: RowOwner[] = [];
    for (const { place, event } of events) {
      const part = event === null ? undefined : this.#partOf(event);
      const owner = ownerOf(place, part);
      if (working.has(owner)) continue;
      const kept = this.#kept.get(owner);
      working.set(owner, kept ?? []);
      // A stream that only begins has no rows.
      if (kept === undefined && place.revision > 0)
        missing.push({ tenantId: place.tenantId, entityId: place.entityId, part });
    }
    const { table, part } = this.#definition;
    for (const row of await this.#statements.load(client, missing)) {
      const owner = ownerOf(
        { tenantId: tenantOf(row), entityId: String(row[table.owner]) },
        part === undefined ? undefined : String(row[part.column]),
      );
      working.set(owner, [...(working.get(owner) ?? []), row]);
    }
  }

  /** An event whose part cannot be read cannot be folded either, and is parked there. */
  #partOf(event: ProjectedEvent): string | undefined {
    try {
      return this.#definition.part?.of(event);
    } catch {
      return undefined;
    }
  }
}

function ownerOf(place: Omit<RowOwner, 'part'>, part: string | undefined): Owner {
  return part === undefined
    ? `${place.tenantId} ${place.entityId}`
    : `${place.tenantId} ${place.entityId} ${part}`;
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
