import { type ClientBase } from 'pg';
import { type Category } from '../../application/ports/event-store/categories.ts';
import { type EventTypeName } from '../../domain/catalogue/event-schemas.ts';
import { Bounded } from './bounded.ts';
import { foldInOrder, toBeFolded } from './fold-in-order.ts';
import { type IncomingEvent, type ProjectedEvent } from './projected-event.ts';
import { PastRows } from './past-rows.ts';
import { type Applier, type Changes, type Projection } from './projection.ts';
import { type Reach, type RowOwner, RowStatements } from './row-statements.ts';
import { type TableDefinition } from './table.ts';

export interface RowProjection<Row extends object> {
  readonly name: string;
  readonly version: number;
  readonly table: TableDefinition<Row>;
  /** Every row is owned by one stream of this category, or of one of these. */
  readonly category: Category | readonly Category[];
  readonly handles: readonly EventTypeName[];
  /**
   * Where a stream owns many rows of which an event touches few: the column that tells them apart, and its value in an
   * event. The fold then sees the rows with that value only.
   */
  readonly part?: { readonly column: keyof Row & string; readonly of: (event: ProjectedEvent) => string };
  /**
   * Where an event may also change rows that are no longer live: what it reaches, or null. The rows of a stream follow
   * one another in time, from the column `from` on; the fold of such an event sees the live rows, those that begin in
   * the reach (both ends belong to it), and the last that began before.
   */
  readonly reach?: {
    readonly from: keyof Row & string;
    readonly of: (event: ProjectedEvent) => Reach | null;
  };
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

/** What one transaction works on. */
interface Work<Row extends object> {
  readonly live: Map<Owner, readonly Row[]>;
  /** Null: no event reaches back to them. */
  readonly past: PastRows<Row> | null;
  readonly changes: RowChanges<Row>;
}

class RowApplier<Row extends object> implements Applier {
  readonly #definition: RowProjection<Row>;
  readonly #handled: ReadonlySet<string>;
  readonly #statements: RowStatements<Row>;
  readonly #kept = new Bounded<Owner, readonly Row[]>(KEPT);

  constructor(definition: RowProjection<Row>, generation: number) {
    this.#definition = definition;
    this.#handled = new Set(definition.handles);
    this.#statements = new RowStatements(definition.table, generation, {
      part: definition.part?.column,
      from: definition.reach?.from,
    });
  }

  begin(): Changes {
    const { table, category, reach } = this.#definition;
    const changes = new RowChanges<Row>((row) => this.#statements.keyOf(row));
    const past = reach === undefined ? null : new PastRows<Row>((row) => this.#statements.keyOf(row));
    const work: Work<Row> = { live: new Map(), past, changes };
    const categories: readonly Category[] = typeof category === 'string' ? [category] : category;
    return {
      stage: async (client, events, parking) => {
        const ours = events.filter(({ place }) => categories.includes(place.category));
        const folded = toBeFolded(ours, this.#handled, parking);
        await this.#load(client, folded, work);
        if (past !== null) await this.#loadReached(client, folded, past);
        foldInOrder(ours, this.#handled, parking, (event) => this.#foldOne(event, work, table.live?.of));
      },
      get size() {
        return work.live.size;
      },
      write: async (client) => {
        await this.#statements.remove(client, changes.removed());
        await this.#statements.upsert(client, changes.put());
      },
      committed: () => {
        for (const [owner, rows] of work.live) this.#kept.set(owner, rows);
      },
    };
  }

  forget(): void {
    this.#kept.clear();
  }

  #foldOne(event: ProjectedEvent, work: Work<Row>, isLive: ((row: Row) => boolean) | undefined): void {
    const { part, reach, fold } = this.#definition;
    const owner = ownerOf(event, part?.of(event));
    const live = work.live.get(owner) ?? [];
    const reached = reach?.of(event) ?? null;
    const before =
      work.past === null || reached === null || reach === undefined
        ? live
        : [...live, ...work.past.within(owner, reached, reach.from)];
    const after = fold(before, event);
    if (after === before) return;
    work.changes.add(before, after);
    work.live.set(owner, isLive === undefined ? after : after.filter(isLive));
    if (isLive === undefined || work.past === null) return;
    work.past.replace(
      owner,
      before,
      after.filter((row) => !isLive(row)),
    );
  }

  /** Rows that are no longer live, as far as these events reach back to them. */
  async #loadReached(
    client: ClientBase,
    events: readonly IncomingEvent[],
    past: PastRows<Row>,
  ): Promise<void> {
    const { reach, table } = this.#definition;
    const owners: (RowOwner & { readonly reach: Reach })[] = [];
    for (const { place, event } of events) {
      const reached = event === null ? null : (reach?.of(event) ?? null);
      if (reached !== null)
        owners.push({ tenantId: place.tenantId, entityId: place.entityId, reach: reached });
    }
    for (const row of await this.#statements.loadReached(client, owners)) {
      if (table.live?.of(row) === true) continue;
      past.found(ownerOf({ tenantId: tenantOf(row), entityId: String(row[table.owner]) }, undefined), row);
    }
  }

  /** Puts the live rows of these events into the working set, as far as they are not in it. */
  async #load(
    client: ClientBase,
    events: readonly IncomingEvent[],
    { live: working }: Work<Row>,
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
