/** Results of tasks that run side by side, handed out in the order in which the tasks began and without a gap. */
export class Prefix<T> {
  /** The one at the front has number `#first`. */
  #entries: { result: T | null }[] = [];
  #first = 0;
  #committed = 0;
  #waiting: { readonly upTo: number; readonly resolve: () => void }[] = [];

  /** Begins a task: its number, and the function that hands in its result. */
  open(): { readonly number: number; readonly done: (result: T) => void } {
    const entry: { result: T | null } = { result: null };
    const number = this.#first + this.#entries.length;
    this.#entries.push(entry);
    return {
      number,
      done: (result) => {
        entry.result = result;
      },
    };
  }

  /** Begun and not yet committed. */
  get size(): number {
    return this.#first + this.#entries.length - this.#committed;
  }

  /** There is something to take. */
  get isReady(): boolean {
    return (this.#entries[0]?.result ?? null) !== null;
  }

  /** All results up to the first task that is still under way. */
  take(limit: number): readonly T[] {
    const results: T[] = [];
    for (const { result } of this.#entries) {
      if (result === null || results.length === limit) break;
      results.push(result);
    }
    this.#entries = this.#entries.slice(results.length);
    this.#first += results.length;
    return results;
  }

  /** What was taken is in the tables. */
  commit(): void {
    this.#committed = this.#first;
    const ready = this.#waiting.filter(({ upTo }) => upTo <= this.#committed);
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter(({ upTo }) => upTo > this.#committed);
    for (const { resolve } of ready) resolve();
  }

  /** Resolves once all tasks before this number are in the tables. */
  committedBefore(number: number): Promise<void> {
    if (number <= this.#committed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push({ upTo: number, resolve });
    });
  }

  /** The number that the next task will get. */
  get next(): number {
    return this.#first + this.#entries.length;
  }
}
