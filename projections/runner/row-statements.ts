import { type ClientBase } from 'pg';
import { type Instant } from '../../domain/time/instant.ts';
import { rowTypes } from './row-types.ts';
import { type ColumnType, generationName, type TableDefinition } from './table.ts';

/** The id of a stream as rows carry it. */
export interface RowOwner {
  readonly tenantId: string;
  readonly entityId: string;
  /** See {@link RowProjection.part}. */
  readonly part?: string | undefined;
}

/** A stretch of time; both ends belong to it. */
export interface Reach {
  readonly from: Instant;
  readonly to: Instant;
}

/** Reads and writes many rows of one generation's table, one statement each; prepared once per connection. */
export class RowStatements<Row extends object> {
  readonly #table: TableDefinition<Row>;
  readonly #names: readonly (keyof Row & string)[];
  readonly #label: string;
  readonly #hasParts: boolean;
  readonly #load: string;
  readonly #loadReached: string | null;
  readonly #upsert: string;
  readonly #remove: string;

  /** `part` and `from`: see {@link RowProjection}. */
  constructor(
    table: TableDefinition<Row>,
    generation: number,
    { part, from }: Partial<Record<'part' | 'from', (keyof Row & string) | undefined>> = {},
  ) {
    const target = generationName(table.name, generation);
    this.#table = table;
    this.#names = Object.keys(table.columns) as (keyof Row & string)[];
    this.#label = `${table.name}_g${generation}`;
    this.#hasParts = part !== undefined;
    this.#load = loadSql(table, target, this.#names, part);
    this.#loadReached = from === undefined ? null : loadReachedSql(table, target, this.#names, from);
    this.#upsert = upsertSql(table, target, this.#names);
    this.#remove = removeSql(table, target);
  }

  keyOf(row: Row): string {
    return this.#table.key.map((column) => String(row[column])).join(' ');
  }

  /** The live rows of these streams, or of these parts of them, in no particular order. */
  async load(client: ClientBase, owners: readonly RowOwner[]): Promise<Row[]> {
    if (owners.length === 0) return [];
    const found = await client.query<Record<string, unknown>>({
      name: `load-${this.#label}`,
      text: this.#load,
      values: [
        owners.map((one) => one.tenantId),
        owners.map((one) => one.entityId),
        ...(this.#hasParts ? [owners.map((one) => one.part)] : []),
      ],
      types: rowTypes,
    });
    return found.rows.map((row) => this.#read(row));
  }

  /** Per stream: the rows that begin within its reach, and the last that began before. In no particular order. */
  async loadReached(
    client: ClientBase,
    owners: readonly (RowOwner & { readonly reach: Reach })[],
  ): Promise<Row[]> {
    if (owners.length === 0 || this.#loadReached === null) return [];
    const found = await client.query<Record<string, unknown>>({
      name: `reach-${this.#label}`,
      text: this.#loadReached,
      values: [
        owners.map((one) => one.tenantId),
        owners.map((one) => one.entityId),
        owners.map((one) => one.reach.from),
        owners.map((one) => one.reach.to),
      ],
      types: rowTypes,
    });
    return found.rows.map((row) => this.#read(row));
  }

  /** Of several rows with one key only the last may be given. */
  async upsert(client: ClientBase, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const values = this.#names.map((name) => column(rows, name, this.#table.columns[name]));
    await client.query({ name: `upsert-${this.#label}`, text: this.#upsert, values });
  }

  async remove(client: ClientBase, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const values = this.#table.key.map((name) => column(rows, name, this.#table.columns[name]));
    await client.query({ name: `remove-${this.#label}`, text: this.#remove, values });
  }

  #read(row: Record<string, unknown>): Row {
    for (const name of this.#names) {
      const value = row[name];
      if (this.#table.columns[name].sql === 'text' && this.#table.columns[name].form === 'json') {
        row[name] = typeof value === 'string' ? JSON.parse(value) : null;
      }
    }
    return row as Row;
  }
}

function column<Row extends object>(
  rows: readonly Row[],
  name: keyof Row & string,
  type: ColumnType,
): unknown[] {
  if (type.form === 'plain') return rows.map((row) => row[name]);
  return rows.map((row) => (row[name] === null ? null : JSON.stringify(row[name])));
}

function loadSql<Row extends object>(
  table: TableDefinition<Row>,
  target: string,
  names: readonly string[],
  part: (keyof Row & string) | undefined,
): string {
  const live = table.live === undefined ? '' : ` AND ${table.live.condition}`;
  const parts = part === undefined ? '' : `, $3::${table.columns[part].sql}[]`;
  const samePart = part === undefined ? '' : ` AND t.${part} = k.part`;
  return `SELECT ${names.map((name) => `t.${name}`).join(', ')}
    FROM unnest($1::uuid[], $2::${table.columns[table.owner].sql}[]${parts})
      AS k (tenant, entity${part === undefined ? '' : ', part'})
    JOIN ${target} AS t ON t.tenant_id = k.tenant AND t.${table.owner} = k.entity${samePart}${live}`;
}

function loadReachedSql<Row extends object>(
  table: TableDefinition<Row>,
  target: string,
  names: readonly string[],
  from: keyof Row & string,
): string {
  const ofStream = (alias: string): string =>
    `${alias}.tenant_id = k.tenant AND ${alias}.${table.owner} = k.entity`;
  return `SELECT ${names.map((name) => `t.${name}`).join(', ')}
    FROM unnest($1::uuid[], $2::${table.columns[table.owner].sql}[], $3::timestamptz[], $4::timestamptz[])
      AS k (tenant, entity, from_at, to_at)
    LEFT JOIN LATERAL (
      SELECT max(b.${from}) AS at FROM ${target} AS b WHERE ${ofStream('b')} AND b.${from} < k.from_at) AS before ON TRUE
    JOIN ${target} AS t ON ${ofStream('t')}
      AND t.${from} >= coalesce(before.at, k.from_at) AND t.${from} <= k.to_at`;
}

function upsertSql<Row extends object>(
  table: TableDefinition<Row>,
  target: string,
  names: readonly (keyof Row & string)[],
): string {
  const parameters = names.map((name, index) => `$${index + 1}::${table.columns[name].sql}[]`);
  const changes = names
    .filter((name) => !table.key.includes(name))
    .map((name) => `${name} = excluded.${name}`);
  return `INSERT INTO ${target} AS t (${names.join(', ')})
    SELECT * FROM unnest(${parameters.join(', ')})
    ON CONFLICT (${table.key.join(', ')}) DO UPDATE SET ${changes.join(', ')}
    WHERE excluded.${table.guard} > t.${table.guard}`;
}

function removeSql<Row extends object>(table: TableDefinition<Row>, target: string): string {
  const parameters = table.key.map((name, index) => `$${index + 1}::${table.columns[name].sql}[]`);
  const same = table.key.map((name) => `t.${name} = k.${name}`);
  return `DELETE FROM ${target} AS t USING unnest(${parameters.join(', ')}) AS k (${table.key.join(', ')})
    WHERE ${same.join(' AND ')}`;
}
