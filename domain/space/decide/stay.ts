import { type Instant, laterOf, secondsBetween } from '../../time/instant.ts';
import { type OccupancyValue } from '../events.ts';
import { type LiveSpace, type Occupancy } from '../state.ts';

export interface Stay {
  /** The stay that goes on or begins; null: none. */
  readonly sessionId: string | null;
  readonly bridged: boolean;
  /** How long nobody knew: the change lies somewhere in there. */
  readonly uncertaintyS: number;
}

/** What an observation makes of the stay in progress, also over a gap in which nobody knew. */
export function stayAfter(
  space: LiveSpace,
  { value, sessionId }: { readonly value: OccupancyValue; readonly sessionId: string },
  since: Instant,
): Stay {
  const { occupancy } = space;
  const { session } = occupancy;
  const gapS = occupancy.value === 'UNKNOWN' ? wholeSeconds(occupancy.since, since) : 0;
  switch (value) {
    case 'UNKNOWN':
      return { sessionId: session?.id ?? null, bridged: false, uncertaintyS: 0 };
    case 'VACANT':
      // The stay ended somewhere in the gap; without a stay there is no end that could be uncertain.
      return { sessionId: null, bridged: false, uncertaintyS: session === null ? 0 : gapS };
    case 'OCCUPIED':
      if (session !== null && survives(occupancy, since, space.policy.values.swap_gap_s)) {
        return { sessionId: session.id, bridged: true, uncertaintyS: 0 };
      }
      // Never heard before: there is no gap, the bay was simply not watched.
      return { sessionId, bridged: false, uncertaintyS: occupancy.lastKnown === null ? 0 : gapS };
  }
}

/** A stay goes on over any silence; over a change of sensors only for a while, counted from that change (D3). */
function survives(
  { since: unknownSince, sensorChangedAt }: Occupancy,
  since: Instant,
  swapGapS: number,
): boolean {
  return sensorChangedAt === null || wholeSeconds(laterOf(sensorChangedAt, unknownSince), since) <= swapGapS;
}

function wholeSeconds(from: Instant, to: Instant): number {
  return Math.max(0, Math.ceil(secondsBetween(from, to)));
}
