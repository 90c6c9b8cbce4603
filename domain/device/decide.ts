import { canonicalJson } from '../canonical/json.ts';
import { accept, type Decision, reject } from '../event/decider.ts';
import { type Decided } from '../event/event.ts';
import { type Instant, laterOf } from '../time/instant.ts';
import {
  type ChangeDeviceType,
  type DecommissionDevice,
  type DeviceCommand,
  type RecommissionDevice,
  type RecordJoin,
  type RegisterDevice,
  type SeeOrphan,
} from './commands.ts';
import { reportHealth } from './decide-health.ts';
import { tellSilences } from './decide-silences.ts';
import { claimAssignment, releaseAssignment } from './decide-assignment.ts';
import { type DeviceEvent } from './events.ts';
import { JOINS_KEPT } from './evolve.ts';
import { type DeviceRegistration, type DeviceState, liveAssignment, type RegisteredDevice } from './state.ts';

type Answer = Decision<DeviceEvent>;

export function decide(command: DeviceCommand, state: DeviceState): Answer {
  if (command.type === 'RegisterDevice') return register(command, state);
  if (command.type === 'SeeOrphan') return seeOrphan(command, state);
  if (state.status === 'unregistered') {
    return reject({ code: 'not-found', detail: 'there is no such device' });
  }
  switch (command.type) {
    case 'ChangeDeviceType':
      return changeType(command, state);
    case 'ClaimAssignment':
      return claimAssignment(command, state);
    case 'ReleaseAssignment':
      return releaseAssignment(command, state);
    case 'DecommissionDevice':
      return decommission(command, state);
    case 'RecommissionDevice':
      return recommission(command, state);
    case 'RecordJoin':
      return recordJoin(command, state);
    case 'TellSilences':
      return tellSilences(command, state);
    case 'ReportHealth':
      return reportHealth(command, state);
  }
}

function register(command: RegisterDevice, state: DeviceState): Answer {
  const data: DeviceRegistration = {
    dev_eui: command.devEui,
    device_type: command.deviceType,
    kind: command.kind,
    ...(command.firmware === undefined ? {} : { firmware: command.firmware }),
  };
  if (state.status === 'unregistered') return record({ type: 'DeviceRegistered', data }, command.now);
  if (canonicalJson(data) === canonicalJson(state.registered)) return accept();
  return reject({
    code: 'already-exists',
    detail: 'a device with this EUI is registered with other content',
  });
}

function changeType(command: ChangeDeviceType, state: RegisteredDevice): Answer {
  const firmware = command.firmware ?? state.firmware;
  if (command.deviceType === state.deviceType && firmware === state.firmware) return accept();
  if (state.status === 'decommissioned') {
    return reject({ code: 'decommissioned', detail: 'the device is decommissioned' });
  }
  const data = {
    device_type: command.deviceType,
    ...(command.firmware === undefined ? {} : { firmware: command.firmware }),
  };
  return record({ type: 'DeviceTypeChanged', data }, command.now);
}

/** From here on its frames are an orphan's (D4): a live claim ends in the same append, under the process that made it. */
function decommission(command: DecommissionDevice, state: RegisteredDevice): Answer {
  if (state.status === 'decommissioned') return accept();
  const data = { at: command.at, reason: command.reason };
  const ending: Decided<DeviceEvent> = {
    event: { type: 'DeviceDecommissioned', data },
    occurredAt: command.at,
  };
  const live = liveAssignment(state);
  if (live === null) return accept(ending);
  const to = laterOf(command.at, live.from);
  const released = { space_id: live.spaceId, to, process_id: live.processId };
  return accept({ event: { type: 'DeviceAssignmentReleased', data: released }, occurredAt: to }, ending);
}

function recommission(command: RecommissionDevice, state: RegisteredDevice): Answer {
  if (state.status === 'live') return accept();
  const { decommissionedAt } = state;
  if (decommissionedAt !== null && command.at < decommissionedAt) {
    return reject({
      code: 'validation-failed',
      detail: 'a device cannot come back before it was decommissioned',
      facts: { decommissioned_at: decommissionedAt },
    });
  }
  return record({ type: 'DeviceRecommissioned', data: { at: command.at } }, command.at);
}

/**
 * Joins are offered again whenever the sensor process reads its frames anew, so a join that was recorded gives nothing,
 * nor does one older than all that are kept. A decommissioned device may join: it is a fact, and orders its frames
 * should it come back.
 */
function recordJoin(command: RecordJoin, state: RegisteredDevice): Answer {
  const { session, at } = command;
  const { joins } = state;
  if (joins.at(-1)?.session === session) return accept();
  if (joins.some((join) => join.session === session && join.at === at)) return accept();
  if (joins.length >= JOINS_KEPT && joins.every((join) => at < join.at)) return accept();
  const data = { session, dev_addr: command.devAddr, at };
  return record({ type: 'DeviceJoined', data }, at);
}

/** Once: what comes after it is counted in tables, or a stranger could fill the history. */
function seeOrphan({ frameId, now }: SeeOrphan, state: DeviceState): Answer {
  if (state.status !== 'unregistered' || state.orphanSeen === true) return accept();
  return record({ type: 'OrphanSeen', data: { first_frame_id: frameId } }, now);
}

function record(event: DeviceEvent, occurredAt: Instant): Answer {
  return accept({ event, occurredAt });
}
