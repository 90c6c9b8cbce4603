import { type Instant, laterOf } from '../../time/instant.ts';
import { type Draft } from '../draft.ts';

/** Nobody watches the bay from here on: what was known is no longer known. A stay in progress may still go on. */
export function loseSight(draft: Draft, at: Instant): void {
  const { value, since, session, lastHeardAt } = draft.space.occupancy;
  if (value === 'UNKNOWN') return;
  const lostAt = laterOf(at, since);
  const data = {
    value: 'UNKNOWN' as const,
    since: lostAt,
    previous: value,
    ...(session === null ? {} : { session_id: session.id }),
    uncertainty_s: 0,
    bridged: false,
    source: 'sensor' as const,
    ...(lastHeardAt === null ? {} : { last_heard_at: lastHeardAt }),
  };
  draft.record({ type: 'OccupancyChanged', data }, lostAt);
}
