import { laterOf } from '../../time/instant.ts';
import { type DecommissionSpace } from '../commands.ts';
import { type Draft } from '../draft.ts';
import { liveIn } from '../evolve-assignment.ts';
import { isBlocking } from '../reservation.ts';
import { shifted } from '../shifted.ts';
import { cancelDisplaced, conflictsOf } from './displacement.ts';
import { loseSight } from './lose-sight.ts';
import { type Refusal } from './refusal.ts';

/** D5: supply ends, the open stay ends without a departure, the devices are free again. */
export function decommission(draft: Draft, { at, reason, onConflict }: DecommissionSpace): Refusal {
  const refusal = refuseTime(draft, at);
  if (refusal !== null) return refusal;
  const bookings = draft.space.reservations.filter((one) => isBlocking(one, draft.now));
  if (bookings.length > 0 && onConflict === 'reject') {
    return {
      code: 'still-in-use',
      detail: 'There are bookings on this space.',
      facts: { conflicts: conflictsOf(bookings) },
    };
  }
  cancelDisplaced(draft, bookings);
  endAssignments(draft, at);
  draft.recordQuietly({ type: 'SpaceDecommissioned', data: { at, reason } }, at);
  return null;
}

function refuseTime({ space, now }: Draft, at: DecommissionSpace['at']): Refusal {
  if (at > shifted(now, space.policy.values.clock_skew_max_s)) {
    return { code: 'validation-failed', detail: 'A space cannot be decommissioned in the future.' };
  }
  if (at < space.commissionedAt) {
    return { code: 'validation-failed', detail: 'The space had not been commissioned by then.' };
  }
  return null;
}

function endAssignments(draft: Draft, at: DecommissionSpace['at']): void {
  const { sensors, displays } = draft.space;
  const sensor = liveIn(sensors);
  if (sensor !== null) {
    const data = { dev_eui: sensor.devEui, to: laterOf(at, sensor.from), cause: 'decommissioned' as const };
    draft.recordQuietly({ type: 'SensorUnassigned', data }, data.to);
  }
  const display = liveIn(displays);
  if (display !== null) {
    const data = { dev_eui: display.devEui, to: laterOf(at, display.from) };
    draft.recordQuietly({ type: 'DisplayUnassigned', data }, data.to);
  }
  loseSight(draft, at);
}
