import { earlierOf, type Instant } from '../../domain/time/instant.ts';
import { type EvidenceBoard } from '../ports/evidence-board.ts';
import { dashed } from '../ports/event-store/stream-name.ts';

export interface IntakeLeaseOptions {
  readonly board: EvidenceBoard;
  readonly now: () => Instant;
  /** Of its spool: it may change, when another process has taken the folder over. */
  readonly name: () => string;
  /** By tenant, as in stream names: receipt of the oldest frame in flight, and of the oldest one spooled. */
  readonly waiting: () => readonly ReadonlyMap<string, Instant>[];
  /** Intakes whose frames are among those that wait here. */
  readonly covered: () => ReadonlySet<string>;
}

/** What an intake says of itself every second: the oldest frame in flight or spooled of each tenant, else now. */
export class IntakeLease {
  readonly #options: IntakeLeaseOptions;
  readonly #withdrawn = new Set<string>();

  constructor(options: IntakeLeaseOptions) {
    this.#options = options;
  }

  /** To be written once before the first frame is taken: who reads the leases must know of this intake by then. */
  async write(): Promise<void> {
    const { board, covered, name, now } = this.#options;
    const at = now();
    const byTenant = this.#oldest();
    const news = [...covered()].filter((intake) => !this.#withdrawn.has(intake));
    await board.report({ intake: name(), writtenAt: at, through: at, byTenant }, news);
    for (const intake of news) this.#withdrawn.add(intake);
  }

  /** The last word, when no more frames come: empty and stopping, or what is left. */
  async end(): Promise<void> {
    const { board, name } = this.#options;
    await this.write();
    if (this.#oldest().size === 0) await board.withdraw(name());
  }

  #oldest(): ReadonlyMap<string, Instant> {
    const oldest = new Map<string, Instant>();
    for (const map of this.#options.waiting()) {
      for (const [tenant, at] of map) {
        const tenantId = dashed(tenant);
        const known = oldest.get(tenantId);
        oldest.set(tenantId, known === undefined ? at : earlierOf(known, at));
      }
    }
    return oldest;
  }
}
