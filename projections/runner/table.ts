/** A column's SQL type, and how a value of a row becomes a parameter and comes back. */
export interface ColumnType {
  readonly sql: string;
  readonly nullable: boolean;
  /** `json`: any JSON value, kept as text or jsonb. */
  readonly form: 'plain' | 'json';
}

const plain = (sql: string): ColumnType => ({ sql, nullable: false, form: 'plain' });

export const columnTypes = {
  uuid: plain('uuid'),
  text: plain('text'),
  boolean: plain('boolean'),
  integer: plain('integer'),
  bigint: plain('bigint'),
  date: plain('date'),
  instant: plain('timestamptz'),
  /** Queried inside the database. */
  jsonb: { sql: 'jsonb', nullable: false, form: 'json' },
  /** Only ever read as a whole: text is cheaper to write and keeps its bytes. */
  json: { sql: 'text', nullable: false, form: 'json' },
} as const satisfies Readonly<Record<string, ColumnType>>;

export function nullable(type: ColumnType): ColumnType {
  return { ...type, nullable: true };
}

/**
 * The table of a read model. Rows are objects whose properties are named as the columns. Every row is owned by one
 * stream: its tenant and the column `owner` name it. No value comes from a wall clock, a batch or a sequence.
 */
export interface TableDefinition<Row extends object> {
  readonly name: string;
  readonly columns: Readonly<Record<keyof Row & string, ColumnType>>;
  /** Begins with tenant_id. */
  readonly key: readonly (keyof Row & string)[];
  /** The column that holds the id of the owning stream (with tenant_id: its name). */
  readonly owner: keyof Row & string;
  /** Grows with every change of a row: an older version never overwrites a newer one. */
  readonly guard: keyof Row & string;
  /** Column lists and conditions of further indexes: `(tenant_id, site_id)`. */
  readonly indexes?: readonly string[];
  /** Rows that a later event of their stream may still change; the others are neither loaded nor kept in memory. */
  readonly live?: { readonly condition: string; readonly of: (row: Row) => boolean };
  readonly fillFactor?: number;
}

/** A table definition whose row type nobody needs to know. */
export type AnyTable = Omit<TableDefinition<Record<string, unknown>>, 'live'>;

export const SCHEMA = 'read_model';

/** Each generation of a read model has tables of its own; a view of the plain name shows the current one. */
export function generationName(table: string, generation: number): string {
  return `${SCHEMA}.${table}_g${generation}`;
}

export function createTableSql(table: AnyTable, generation: number): string {
  const name = generationName(table.name, generation);
  const columns = Object.entries(table.columns).map(
    ([column, type]) => `${column} ${type.sql}${type.nullable ? '' : ' NOT NULL'}`,
  );
  const storage = table.fillFactor === undefined ? '' : ` WITH (fillfactor = ${table.fillFactor})`;
  const indexes = (table.indexes ?? []).map((index) => `CREATE INDEX ON ${name} ${index};`);
  return [
    `CREATE TABLE ${name} (${columns.join(', ')}, PRIMARY KEY (${table.key.join(', ')}))${storage};`,
    ...indexes,
  ].join('\n');
}

export function createViewSql(table: AnyTable, generation: number): string {
  return `CREATE OR REPLACE VIEW ${SCHEMA}.${table.name} AS SELECT * FROM ${generationName(table.name, generation)};`;
}
