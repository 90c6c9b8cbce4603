import { addSeconds, laterOf, type Instant } from '../../time/instant.ts';
import {
  type AssignDisplay,
  type AssignSensor,
  type UnassignDisplay,
  type UnassignSensor,
} from '../commands.ts';
import { type Refusal } from '../refusal.ts';
import { type Draft } from '../draft.ts';
import { liveSensor } from '../evolve-assignment.ts';
import { type Assignment } from '../state.ts';

/** Over a live sensor this is a swap, in one append (D3). */
export function assignSensor(draft: Draft, command: AssignSensor): Refusal {
  const { devEui, from, now } = command;
  const live = liveSensor(draft.space);
  if (live?.devEui === devEui && live.from === from) return null;
  const refusal = refuseInterval(draft, draft.space.sensors, devEui, from, now);
  if (refusal !== null) return refusal;
  if (live !== null) {
    const data = { dev_eui: live.devEui, to: from, cause: 'swapped' as const };
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
  if (live !== null) loseSight(draft, from, now);
  return null;
}

export function unassignSensor(draft: Draft, command: UnassignSensor): Refusal {
  const { devEui, to, cause, now } = command;
  const live = liveSensor(draft.space);
  if (live?.devEui !== devEui) return wasAssigned(draft.space.sensors, devEui) ? null : notAssigned(devEui);
  if (to < live.from) return tooEarly(live);
  draft.recordQuietly({ type: 'SensorUnassigned', data: { dev_eui: devEui, to, cause } }, to);
  loseSight(draft, to, now);
  return null;
}

export function assignDisplay(draft: Draft, command: AssignDisplay): Refusal {
  const { devEui, from, now } = command;
  const live = draft.space.displays.find((one) => one.to === null) ?? null;
  if (live?.devEui === devEui && live.from === from) return null;
  const refusal = refuseInterval(draft, draft.space.displays, devEui, from, now);
  if (refusal !== null) return refusal;
  if (live !== null) {
    draft.record({ type: 'DisplayUnassigned', data: { dev_eui: live.devEui, to: from } }, from, now);
  }
  draft.record({ type: 'DisplayAssigned', data: { dev_eui: devEui, from } }, from, now);
  return null;
}

export function unassignDisplay(draft: Draft, command: UnassignDisplay): Refusal {
  const { devEui, to, now } = command;
  const live = draft.space.displays.find((one) => one.to === null && one.devEui === devEui);
  if (live === undefined) return wasAssigned(draft.space.displays, devEui) ? null : notAssigned(devEui);
  if (to < live.from) return tooEarly(live);
  draft.record({ type: 'DisplayUnassigned', data: { dev_eui: devEui, to } }, to, now);
  return null;
}

/** Nobody watches the bay from here on: what was known is no longer known. */
function loseSight(draft: Draft, at: Instant, now: Instant): void {
  const { occupancy } = draft.space;
  if (occupancy.value === 'UNKNOWN') return;
  const since = laterOf(at, occupancy.since);
  const data = {
    value: 'UNKNOWN' as const,
    since,
    previous: occupancy.value,
    ...(occupancy.session === null ? {} : { session_id: occupancy.session.id }),
    uncertainty_s: 0,
    bridged: false,
    source: 'sensor' as const,
    ...(occupancy.lastHeardAt === null ? {} : { last_heard_at: occupancy.lastHeardAt }),
  };
  draft.record({ type: 'OccupancyChanged', data }, since, now);
}

/** One live device per role (D1): a new interval begins after every earlier one. */
function refuseInterval(
  draft: Draft,
  assignments: readonly Assignment[],
  devEui: string,
  from: Instant,
  now: Instant,
): Refusal {
  const { space } = draft;
  if (from > addSeconds(now, space.policy.values.clock_skew_max_s)) {
    return { code: 'validation-failed', detail: 'An assignment cannot begin in the future.' };
  }
  if (from < space.commissionedAt) {
    return { code: 'conflict-assignment', detail: 'The space had not been commissioned by then.' };
  }
  const overlapping = assignments.some((one) => (one.to === null ? one.from >= from : one.to > from));
  const heldAlready = assignments.some((one) => one.to === null && one.devEui === devEui);
  if (!overlapping && !heldAlready) return null;
  return {
    code: 'conflict-assignment',
    detail: 'The space had another device then, or has this one since another time.',
  };
}

function wasAssigned(assignments: readonly Assignment[], devEui: string): boolean {
  return assignments.some((one) => one.devEui === devEui);
}

function notAssigned(devEui: string): Refusal {
  return { code: 'not-found', detail: `${devEui} is not assigned to this space.` };
}

function tooEarly(live: Assignment): Refusal {
  return {
    code: 'conflict-assignment',
    detail: 'An assignment cannot end before it began.',
    facts: { assigned_from: live.from },
  };
}
