import { type ClientBase } from 'pg';
import { type Category } from '../../application/ports/event-store/categories.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { type EventTypeName } from '../../domain/catalogue/event-schemas.ts';
import { Bounded } from './bounded.ts';
import { foldInOrder, toBeFolded } from './fold-in-order.ts';
import { type IncomingEvent, type ProjectedEvent } from './projected-event.ts';
import { type Applier, type Changes, type Projection } from './projection.ts';
import { type RowOwner, RowStatements } from './row-statements.ts';
import { type TableDefinition } from './table.ts';

/** One row per stream, made from a folded state only when it is written: for rows that change often. */
export interface StateProjection<State, Row extends object> {
  readonly name: string;
  readonly version: number;
  readonly table: TableDefinition<Row>;
  readonly category: Category;
  readonly handles: readonly EventTypeName[];
  /** Null: nothing yet. Pure. A throw parks the stream. */
  readonly fold: (state: State | null, event: ProjectedEvent) => State | null;
  readonly toRow: (state: State) => Row;
  /** The state that the row was made from, as far as folding on needs it. */
  readonly fromRow: (row: Row) => State;
}

/** Streams whose state is kept in memory between transactions, per projection. */
const KEPT = 20_000;

export function stateProjection<State, Row extends object>(
  definition: StateProjection<State, Row>,
): Projection {
  return {
    name: definition.name,
    version: definition.version,
    tables: [definition.table],
    open: (generation) => new StateApplier(definition, generation),
  };
}

class StateApplier<State, Row extends object> implements Applier {
  readonly #definition: StateProjection<State, Row>;
  readonly #handled: ReadonlySet<string>;
  readonly #statements: RowStatements<Row>;
  readonly #kept = new Bounded<StreamName, State>(KEPT);

  constructor(definition: StateProjection<State, Row>, generation: number) {
    this.#definition = definition;
    this.#handled = new Set(definition.handles);
    this.#statements = new RowStatements(definition.table, generation);
  }

  begin(): Changes {
    const { category, fold, toRow } = this.#definition;
    const working = new Map<StreamName, State | null>();
    const changed = new Set<StreamName>();
    const foldOne = (event: ProjectedEvent): void => {
      const before = working.get(event.stream) ?? null;
      const after = fold(before, event);
      if (after === before) return;
      working.set(event.stream, after);
      changed.add(event.stream);
    };
    return {
      stage: async (client, events, parking) => {
        const ours = events.filter(({ place }) => place.category === category);
        await this.#load(client, toBeFolded(ours, this.#handled, parking), working);
        foldInOrder(ours, this.#handled, parking, foldOne);
      },
      get size() {
        return working.size;
      },
      write: async (client) => {
        const rows: Row[] = [];
        for (const stream of changed) {
          const state = working.get(stream) ?? null;
          if (state !== null) rows.push(toRow(state));
        }
        await this.#statements.upsert(client, rows);
      },
      committed: () => {
        for (const [stream, state] of working) if (state !== null) this.#kept.set(stream, state);
      },
    };
  }

  forget(): void {
    this.#kept.clear();
  }

  async #load(
    client: ClientBase,
    events: readonly IncomingEvent[],
    working: Map<StreamName, State | null>,
  ): Promise<void> {
    const missing = new Map<string, RowOwner & { readonly stream: StreamName }>();
    for (const { place } of events) {
      if (working.has(place.stream)) continue;
      const kept = this.#kept.get(place.stream) ?? null;
      working.set(place.stream, kept);
      // A stream that only begins has no row.
      if (kept === null && place.revision > 0) missing.set(`${place.tenantId} ${place.entityId}`, place);
    }
    const { table, fromRow } = this.#definition;
    for (const row of await this.#statements.load(client, [...missing.values()])) {
      const { tenant_id: tenant } = row as { readonly tenant_id?: unknown };
      const owner = missing.get(`${String(tenant)} ${String(row[table.owner])}`);
      if (owner !== undefined) working.set(owner.stream, fromRow(row));
    }
  }
}
