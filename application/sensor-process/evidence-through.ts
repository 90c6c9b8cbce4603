import { type Instant } from '../../domain/time/instant.ts';

interface Pending {
  readonly receivedAt: Instant;
  handled: boolean;
}

/**
 * Up to when all frames of a tenant have been handled: while some are under way, the time of receipt of the oldest;
 * else the instant at which the head of the log was last found to be handled.
 */
export class EvidenceThrough {
  readonly #pending = new Map<string, Pending[]>();
  #headReadAt: Instant | null = null;

  /** A frame has been read; the returned function says that it has been handled. */
  begin(tenantId: string, receivedAt: Instant): () => void {
    const entry: Pending = { receivedAt, handled: false };
    const queue = this.#pending.get(tenantId);
    if (queue === undefined) this.#pending.set(tenantId, [entry]);
    else queue.push(entry);
    return () => {
      entry.handled = true;
      this.#dropHandled(tenantId);
    };
  }

  /** The head of the log was read at this instant, and everything up to it had been handed over before. */
  headReached(readAt: Instant): void {
    this.#headReadAt = readAt;
  }

  of(tenantId: string): Instant | null {
    const queue = this.#pending.get(tenantId);
    if (queue === undefined) return this.#headReadAt;
    // Many intakes write side by side, so the log is not quite in the order of receipt.
    return queue.reduce<Instant | null>(
      (oldest, { handled, receivedAt }) =>
        !handled && (oldest === null || receivedAt < oldest) ? receivedAt : oldest,
      null,
    );
  }

  #dropHandled(tenantId: string): void {
    const queue = this.#pending.get(tenantId);
    if (queue === undefined) return;
    let done = 0;
    while (queue[done]?.handled === true) done += 1;
    if (done === queue.length) this.#pending.delete(tenantId);
    else if (done > 0) queue.splice(0, done);
  }
}
