/**
 * Runs the tasks of one key one after the other, those of different keys side by side. Commands on one stream would
 * only lose races against each other; in a queue they also share the cached state.
 */
export class OneAtATime<K> {
  readonly #tails = new Map<K, Promise<void>>();

  async run<T>(key: K, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const result = before.then(task);
    const tail = result.then(
      () => undefined,
      () => undefined,
    );
    this.#tails.set(key, tail);
    try {
      return await result;
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }
}
