import { type AssignSensor, type UnassignSensor } from '../commands.ts';
import { type Draft } from '../draft.ts';
import { liveIn } from '../evolve-assignment.ts';
import { type LiveSpace } from '../state.ts';
import { refuseBeginning, refuseEnd, unassignedAlready } from './assignment-rules.ts';
import { loseSight } from './lose-sight.ts';
import { forgetSince } from './observe-timeline.ts';
import { type Refusal } from './refusal.ts';

/** Over a live sensor this is a swap, in one append (D3). */
export function assignSensor(draft: Draft, command: AssignSensor): Refusal {
  if (isDone(draft.space, command)) return null;
  const { devEui, from } = command;
  const refusal = refuseBeginning(draft, draft.space.sensors, devEui, from);
  if (refusal !== null) return refusal;
  const swapped = liveIn(draft.space.sensors);
  if (swapped !== null) {
    const data = { dev_eui: swapped.devEui, to: from, cause: 'swapped' as const };
    draft.recordQuietly({ type: 'SensorUnassigned', data }, from);
  }
  const data = {
    dev_eui: devEui,
    device_type: command.deviceType,
    heartbeat_s: command.heartbeatS,
    from,
    process_id: command.processId,
  };
  draft.recordQuietly({ type: 'SensorAssigned', data }, from);
  if (swapped !== null) endSight(draft, from);
  return null;
}

/** By the process that asks, or by another one that asked for the very same. */
function isDone({ sensors }: LiveSpace, { devEui, from, processId }: AssignSensor): boolean {
  return sensors.some(
    (one) => one.devEui === devEui && (one.processId === processId || (one.to === null && one.from === from)),
  );
}

export function unassignSensor(draft: Draft, { devEui, to, cause }: UnassignSensor): Refusal {
  const live = liveIn(draft.space.sensors);
  if (live?.devEui !== devEui) return unassignedAlready(draft.space.sensors, devEui);
  const refusal = refuseEnd(draft, live, to);
  if (refusal !== null) return refusal;
  draft.recordQuietly({ type: 'SensorUnassigned', data: { dev_eui: devEui, to, cause } }, to);
  endSight(draft, to);
  return null;
}

/** What the sensor showed after it had been taken away it cannot have seen here. */
function endSight(draft: Draft, to: UnassignSensor['to']): void {
  if (to < draft.space.occupancy.since) forgetSince(draft, to);
  loseSight(draft, to);
}
