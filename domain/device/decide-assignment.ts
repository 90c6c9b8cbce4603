import { accept, type Decision, reject } from '../event/decider.ts';
import { type Rejection } from '../event/rejection.ts';
import { laterOf } from '../time/instant.ts';
import { type ClaimAssignment, type ReleaseAssignment } from './commands.ts';
import { type DeviceEvent } from './events.ts';
import { type DeviceAssignment, liveAssignment, type RegisteredDevice } from './state.ts';

type Answer = Decision<DeviceEvent>;
type Rule = (command: ClaimAssignment, state: RegisteredDevice) => Rejection | null;

/** The first step of an assignment. Intervals of one device never overlap, so at any time it watches one space at most. */
export function claimAssignment(command: ClaimAssignment, state: RegisteredDevice): Answer {
  const own = state.assignments.find((assignment) => assignment.processId === command.processId);
  if (own !== undefined && own.to === null && isSame(own, command)) return accept();
  for (const rule of rules) {
    const refusal = rule(command, state);
    if (refusal !== null) return reject(refusal);
  }
  const { spaceId, role, from, processId } = command;
  return accept({
    event: {
      type: 'DeviceAssignmentClaimed',
      data: { space_id: spaceId, role, from, process_id: processId },
    },
    occurredAt: from,
  });
}

/**
 * Gives nothing where the space is not the one that is watched: it was released before. A `to` before the claim's
 * beginning undoes the claim, and leaves an interval of no length: the space has decided already, and a refusal
 * here would keep the device claimed for ever.
 */
export function releaseAssignment(command: ReleaseAssignment, state: RegisteredDevice): Answer {
  const live = liveAssignment(state);
  if (live === null || live.spaceId !== command.spaceId) return accept();
  const to = laterOf(command.to, live.from);
  return accept({
    event: {
      type: 'DeviceAssignmentReleased',
      data: { space_id: live.spaceId, to, process_id: command.processId },
    },
    occurredAt: to,
  });
}

const inService: Rule = (command, state) => {
  if (state.status === 'decommissioned') {
    return { code: 'decommissioned', detail: 'the device is decommissioned' };
  }
  const since = state.recommissionedAt;
  if (since === null || command.from >= since) return null;
  return {
    code: 'decommissioned',
    detail: 'the device was out of service then',
    facts: { recommissioned_at: since },
  };
};

const rightKind: Rule = (command, state) => {
  if (command.role === state.registered.kind) return null;
  return {
    code: 'validation-failed',
    detail: `the device is a ${state.registered.kind}, not a ${command.role}`,
    facts: { kind: state.registered.kind },
  };
};

/** A claim of the same space by another process is refused too: undoing that process must not end this claim. */
const notClaimed: Rule = (_command, state) => {
  const live = liveAssignment(state);
  if (live === null) return null;
  return {
    code: 'conflict-assignment',
    detail: 'the device is assigned to a space',
    facts: { space_id: live.spaceId, from: live.from },
  };
};

/** A process that has undone or ended its claim is over; wanting the same again is a new process. */
const newProcess: Rule = (command, state) => {
  if (state.assignments.every((assignment) => assignment.processId !== command.processId)) return null;
  return { code: 'invalid-transition', detail: 'this assignment has ended; ask for a new one' };
};

/** A claim is open-ended, so it overlaps whatever ended after its beginning. */
const noOverlap: Rule = (command, state) => {
  const later = state.assignments.find(({ from, to }) => to !== null && from < to && command.from < to);
  if (later === undefined) return null;
  return {
    code: 'conflict-assignment',
    detail: 'the device was assigned to a space then',
    facts: { space_id: later.spaceId, from: later.from, to: later.to },
  };
};

const rules: readonly Rule[] = [inService, rightKind, notClaimed, newProcess, noOverlap];

function isSame(own: DeviceAssignment, command: ClaimAssignment): boolean {
  return own.spaceId === command.spaceId && own.role === command.role && own.from === command.from;
}
