/** Ids of frames that are durable, the oldest forgotten first. Best effort: another process has its own. */
export class RecentFrames {
  readonly #ids = new Set<string>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  has(frameId: string): boolean {
    return this.#ids.has(frameId);
  }

  add(frameId: string): void {
    if (this.#ids.has(frameId)) return;
    this.#ids.add(frameId);
    if (this.#ids.size <= this.#capacity) return;
    const [oldest] = this.#ids;
    if (oldest !== undefined) this.#ids.delete(oldest);
  }
}
