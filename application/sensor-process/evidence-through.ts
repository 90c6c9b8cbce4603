import { earliestEvidence, type Evidence, evidenceOf } from '../../domain/frames/evidence.ts';
import { earlierOf, type Instant } from '../../domain/time/instant.ts';
import { comparePositions, type Position } from '../ports/event-store/position.ts';

interface Pending {
  readonly receivedAt: Instant;
  handled: boolean;
}

/** Once everything up to the head has been handed over, the evidence is complete as far as the intakes said. */
interface Mark {
  readonly head: Position;
  readonly evidence: Evidence;
}

const MAX_MARKS = 100;

/**
 * Up to when all frames of a tenant have been handled. Each second what the intakes say is read, *then* the head of the
 * log: what they no longer hold is below that head. When everything up to it has been handed over, it holds for those
 * frames that are not under way; while some are, not beyond the time of receipt of the oldest.
 *
 * (In the other order an intake might bring an old frame out of its spool in between, and nobody would speak for it.)
 */
export class EvidenceThrough {
  readonly #pending = new Map<string, Pending[]>();
  readonly #marks: Mark[] = [];
  #passed: Evidence | null = null;

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

  /** The head of the log, read after the clock and after the words of the intakes. */
  headRead(head: Position, readAt: Instant, intakes: readonly Evidence[] = []): void {
    const evidence = earliestEvidence({ through: readAt, byTenant: new Map() }, ...intakes);
    // Far behind: the newest head replaces the one before it.
    if (this.#marks.length === MAX_MARKS) this.#marks.pop();
    this.#marks.push({ head, evidence });
  }

  /** Everything up to here has been handed over. */
  handedOver(position: Position): void {
    for (let mark = this.#marks[0]; mark !== undefined; mark = this.#marks[0]) {
      if (comparePositions(position, mark.head) < 0) return;
      this.#passed = mark.evidence;
      this.#marks.shift();
    }
  }

  of(tenantId: string): Instant | null {
    if (this.#passed === null) return null;
    const through = evidenceOf(this.#passed, tenantId);
    const oldest = this.#oldestUnderWay(tenantId);
    return oldest === null ? through : earlierOf(through, oldest);
  }

  /** Of all tenants. Null: no head has been passed yet. */
  all(): Evidence | null {
    if (this.#passed === null) return null;
    const underWay = new Map<string, Instant>();
    for (const tenantId of this.#pending.keys()) {
      const at = this.of(tenantId);
      if (at !== null) underWay.set(tenantId, at);
    }
    return { through: this.#passed.through, byTenant: new Map([...this.#passed.byTenant, ...underWay]) };
  }

  /** Many intakes write side by side, so the log is not quite in the order of receipt. */
  #oldestUnderWay(tenantId: string): Instant | null {
    return (this.#pending.get(tenantId) ?? []).reduce<Instant | null>((oldest, { handled, receivedAt }) => {
      if (handled) return oldest;
      return oldest === null ? receivedAt : earlierOf(oldest, receivedAt);
    }, null);
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
