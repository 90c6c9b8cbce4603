import { epochMs, type Instant, instantOf } from '../time/instant.ts';

const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** So many seconds later (or earlier). Policies may hold any number: the first and the last instant are never passed. */
export function shifted(instant: Instant, seconds: number): Instant {
  return instantOf(Math.min(Math.max(epochMs(instant) + seconds * 1000, FIRST_MS), LAST_MS));
}
