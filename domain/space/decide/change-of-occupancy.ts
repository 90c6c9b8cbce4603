import { type Instant } from '../../time/instant.ts';
import { type Evidence, type OccupancyValue, type SpaceEvent } from '../events.ts';
import { type LiveSpace, type Occupancy } from '../state.ts';
import { stayAfter } from './stay.ts';

/** What the bay was seen to be, from an instant on. */
export interface Sight {
  readonly at: Instant;
  readonly value: OccupancyValue;
  readonly source: 'sensor' | 'staff' | 'import';
  readonly uncertaintyS: number;
  /** The stay that begins here, if one does. */
  readonly sessionId: string;
  readonly evidence?: Evidence;
  readonly lastHeardAt?: Instant;
}

type Changed = Extract<SpaceEvent, { type: 'OccupancyChanged' }>;

/** What a sight changes of the present; null: nothing. */
export function changeOf(space: LiveSpace, sight: Sight): Changed | null {
  const { at: since, value, evidence, lastHeardAt } = sight;
  if (!isNews(space.occupancy, value, since)) return null;
  const stay = stayAfter(space, sight, since);
  return {
    type: 'OccupancyChanged',
    data: {
      value,
      since,
      previous: space.occupancy.value,
      ...(stay.sessionId === null ? {} : { session_id: stay.sessionId }),
      uncertainty_s: Math.max(sight.uncertaintyS, stay.uncertaintyS),
      bridged: stay.bridged,
      source: sight.source,
      ...(evidence === undefined ? {} : { evidence }),
      ...(lastHeardAt === undefined ? {} : { last_heard_at: lastHeardAt }),
    },
  };
}

/** The same value again is a heartbeat (U6). At the very instant from which nothing is known, the first thing seen counts. */
function isNews(occupancy: Occupancy, value: OccupancyValue, since: Instant): boolean {
  if (value === occupancy.value) return false;
  return since > occupancy.since || (since === occupancy.since && occupancy.value === 'UNKNOWN');
}

/** Nobody watches the bay from here on: what was known is no longer known. A stay in progress may still go on. */
export function sightLost({ occupancy }: LiveSpace, at: Instant): Changed | null {
  const { value, since, session, lastHeardAt } = occupancy;
  if (value === 'UNKNOWN') return null;
  return {
    type: 'OccupancyChanged',
    data: {
      value: 'UNKNOWN',
      since: at >= since ? at : since,
      previous: value,
      ...(session === null ? {} : { session_id: session.id }),
      uncertainty_s: 0,
      bridged: false,
      source: 'sensor',
      ...(lastHeardAt === null ? {} : { last_heard_at: lastHeardAt }),
    },
  };
}
