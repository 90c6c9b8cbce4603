const FIRST = 1024;
const MOST = 2048;
const TARGET_BYTES = 4 * 1024 * 1024;

/** How many rows the next page asks for: many small events, few large ones, so that memory stays bounded. */
export class PageSize {
  #rows = FIRST;

  get rows(): number {
    return this.#rows;
  }

  learn(rows: number, bytes: number): void {
    if (rows === 0) return;
    const fitting = Math.floor(TARGET_BYTES / Math.max(1, bytes / rows));
    this.#rows = Math.max(16, Math.min(MOST, 2 * this.#rows, fitting));
  }
}
