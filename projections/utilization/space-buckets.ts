/** Bucket rows by space and start, as one transaction has them. */
export class SpaceBuckets<Row extends object> {
  readonly #spaces = new Map<string, Map<string, Row>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(space: string, start: string): Row | undefined {
    return this.#spaces.get(space)?.get(start);
  }

  put(space: string, start: string, row: Row): void {
    const known = this.#spaces.get(space) ?? new Map<string, Row>();
    this.#spaces.set(space, known);
    if (!known.has(start)) this.#size += 1;
    known.set(start, row);
  }

  of(space: string): readonly [start: string, row: Row][] {
    return [...(this.#spaces.get(space) ?? [])];
  }

  all(): Row[] {
    return [...this.#spaces.values()].flatMap((rows) => [...rows.values()]);
  }
}
