import { type Reach } from './row-statements.ts';

/**
 * Rows that no ordinary event changes any more, as one transaction knows them: those that were read because an event
 * reaches back to them, and those that came to their end in this transaction and are in no table yet.
 */
export class PastRows<Row extends object> {
  readonly #keyOf: (row: Row) => string;
  readonly #rows = new Map<string, Map<string, Row>>();
  /** What this transaction has changed or removed: the table's word about it is out of date. */
  readonly #touched = new Set<string>();

  constructor(keyOf: (row: Row) => string) {
    this.#keyOf = keyOf;
  }

  /** A row as it stands in the table. */
  found(owner: string, row: Row): void {
    const key = this.#keyOf(row);
    if (!this.#touched.has(key)) this.#of(owner).set(key, row);
  }

  /** What a fold made of `before`; `after` are those of its rows that are no longer live. */
  replace(owner: string, before: readonly Row[], after: readonly Row[]): void {
    const rows = this.#of(owner);
    for (const row of before) {
      this.#touched.add(this.#keyOf(row));
      rows.delete(this.#keyOf(row));
    }
    for (const row of after) {
      this.#touched.add(this.#keyOf(row));
      rows.set(this.#keyOf(row), row);
    }
  }

  /** Those that begin within the reach, and the last that began before it. */
  within(owner: string, { from, to }: Reach, column: keyof Row & string): Row[] {
    const startOf = (row: Row): string => String(row[column]);
    const rows = [...this.#of(owner).values()];
    const earlier = rows.filter((row) => startOf(row) < from).map(startOf);
    const first = earlier.reduce((latest, start) => (start > latest ? start : latest), '');
    return rows.filter((row) => startOf(row) <= to && startOf(row) >= (first === '' ? from : first));
  }

  #of(owner: string): Map<string, Row> {
    const known = this.#rows.get(owner) ?? new Map<string, Row>();
    this.#rows.set(owner, known);
    return known;
  }
}
