import { freeIntervals } from '../../domain/space/next-boundary.ts';
import { type LiveSpace } from '../../domain/space/state.ts';
import { addSeconds, epochMs, type Instant, instantOf } from '../../domain/time/instant.ts';

const HOW_MANY = 3;
const LOOK_AHEAD_S = 7 * 86_400;

/** Other times of the same length on the same space, the nearest ones after the time that was asked for. */
export function alternativesOf(
  spaceId: string,
  space: LiveSpace,
  wanted: { readonly start: Instant; readonly end: Instant },
  now: Instant,
) {
  const lengthMs = epochMs(wanted.end) - epochMs(wanted.start);
  const from = wanted.start > now ? wanted.start : now;
  const bufferS = space.policy.values.booking_buffer_s;
  return freeIntervals(space, from, addSeconds(wanted.end, LOOK_AHEAD_S), now, bufferS)
    .filter((free) => epochMs(free.to) - epochMs(free.from) >= lengthMs)
    .slice(0, HOW_MANY)
    .map((free) => ({
      space_id: spaceId,
      start_time: free.from,
      end_time: instantOf(epochMs(free.from) + lengthMs),
    }));
}
