import { type Evidence } from '../../domain/frames/evidence.ts';
import { type Instant } from '../../domain/time/instant.ts';

export interface DueSpace {
  readonly tenantId: string;
  readonly spaceId: string;
  readonly dueAt: Instant;
}

/** One row per space: when something happens there by itself. Written by a projection, so it may be a little behind. */
export interface DueStreams {
  /**
   * Spaces with something due at or before `now`, the longest overdue first. What depends on evidence is due once the
   * evidence of its tenant has passed it; null: not yet.
   */
  overdue(now: Instant, evidence: Evidence | null, limit: number): Promise<readonly DueSpace[]>;
}
