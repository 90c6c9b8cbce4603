import { type Instant } from '../../time/instant.ts';
import { type Draft } from '../draft.ts';
import { sightLost } from './change-of-occupancy.ts';

/** Nobody watches the bay from here on. */
export function loseSight(draft: Draft, at: Instant): void {
  const event = sightLost(draft.space, at);
  if (event !== null) draft.record(event, event.data.since);
}
