import { describe, expect, it } from 'vitest';
import { type ClaimAssignment } from '../../../domain/device/commands.ts';
import { deviceDecider } from '../../../domain/device/decider.ts';
import { type DeviceEvent } from '../../../domain/device/events.ts';
import { assignmentAt, liveAssignment } from '../../../domain/device/state.ts';
import { at, given, uuid } from '../catalogue/given.ts';

const registered: DeviceEvent = {
  type: 'DeviceRegistered',
  data: { dev_eui: '70b3d57ed0000001', device_type: 'nwave-nps405', kind: 'sensor' },
};
const [bay, otherBay] = [uuid(1), uuid(2)];
const [process, otherProcess] = [uuid(51), uuid(52)];
const claim: ClaimAssignment = {
  type: 'ClaimAssignment',
  spaceId: bay,
  role: 'sensor',
  from: at(10),
  processId: process,
  now: at(12),
};
const claimed = (spaceId: string, from: number, processId: string): DeviceEvent => ({
  type: 'DeviceAssignmentClaimed',
  data: { space_id: spaceId, role: 'sensor', from: at(from), process_id: processId },
});
const released = (spaceId: string, to: number, processId: string): DeviceEvent => ({
  type: 'DeviceAssignmentReleased',
  data: { space_id: spaceId, to: at(to), process_id: processId },
});
const device = (...history: readonly DeviceEvent[]) => given(deviceDecider, registered, ...history);
const first = claimed(bay, 10, process);

describe('claiming a space', () => {
  it('is recorded with its beginning as the time it happened; the same claim again is nothing', () => {
    expect(device().when(claim).gives(first).at).toEqual([at(10)]);
    device(first)
      .when({ ...claim, now: at(20) })
      .gives();
  });

  it('is refused while another claim is live, whoever made it', () => {
    const facts = { space_id: bay, from: at(10) };
    device(first)
      .when({ ...claim, spaceId: otherBay, processId: otherProcess })
      .refuses('conflict-assignment', facts);
    device(first)
      .when({ ...claim, processId: otherProcess })
      .refuses('conflict-assignment', facts);
    device(first)
      .when({ ...claim, from: at(11) })
      .refuses('conflict-assignment', facts);
  });

  it('may begin in the past, but not inside an earlier assignment', () => {
    const second = { ...claim, spaceId: otherBay, processId: otherProcess };
    device(first, released(bay, 15, uuid(60)))
      .when({ ...second, from: at(14) })
      .refuses('conflict-assignment', { space_id: bay, from: at(10), to: at(15) });
    device(first, released(bay, 15, uuid(60)))
      .when({ ...second, from: at(5) })
      .refuses('conflict-assignment');
    device(first, released(bay, 15, uuid(60)))
      .when({ ...second, from: at(15) })
      .gives(claimed(otherBay, 15, otherProcess));
  });

  it('that was undone leaves no trace in time, and its process does not come back', () => {
    const undone = [first, released(bay, 10, uuid(60))];
    device(...undone)
      .when(claim)
      .refuses('invalid-transition');
    device(...undone)
      .when({ ...claim, from: at(9), processId: otherProcess })
      .gives(claimed(bay, 9, otherProcess));
  });

  it('needs a device of that kind, in service at that time', () => {
    const gone: DeviceEvent = { type: 'DeviceDecommissioned', data: { at: at(3), reason: { code: 'test' } } };
    const back: DeviceEvent = { type: 'DeviceRecommissioned', data: { at: at(11) } };
    device()
      .when({ ...claim, role: 'display' })
      .refuses('validation-failed', { kind: 'sensor' });
    device(gone).when(claim).refuses('decommissioned');
    device(gone, back)
      .when(claim)
      .refuses('decommissioned', { recommissioned_at: at(11) });
    device(gone, back)
      .when({ ...claim, from: at(11) })
      .gives(claimed(bay, 11, process));
  });
});

describe('releasing a space', () => {
  const release = {
    type: 'ReleaseAssignment',
    spaceId: bay,
    to: at(15),
    processId: uuid(60),
    now: at(15),
  } as const;

  it('ends the claim, once', () => {
    expect(
      device(first)
        .when(release)
        .gives(released(bay, 15, uuid(60))).at,
    ).toEqual([at(15)]);
    device().when(release).gives();
    device(first, released(bay, 13, uuid(61)))
      .when(release)
      .gives();
  });

  it('of another space than the one that is watched is nothing', () => {
    device(first)
      .when({ ...release, spaceId: otherBay })
      .gives();
  });

  it('before the beginning undoes the claim', () => {
    device(first)
      .when({ ...release, to: at(9) })
      .gives(released(bay, 10, uuid(60)));
  });
});

describe('which space a device watched', () => {
  const history = [first, released(bay, 15, uuid(60)), claimed(otherBay, 18, otherProcess)];
  const { state } = device(...history);

  it('is answered for every instant, half-open', () => {
    const watched = [9, 10, 14.9, 15, 17, 18, 99].map(
      (hour) => assignmentAt(state, at(hour))?.spaceId ?? null,
    );
    expect(watched).toEqual([null, bay, bay, null, null, otherBay, otherBay]);
    expect(liveAssignment(state)?.spaceId).toBe(otherBay);
  });

  it('is none for a device that nobody knows', () => {
    expect(assignmentAt(deviceDecider.initialState, at(9))).toBeNull();
    expect(liveAssignment(deviceDecider.initialState)).toBeNull();
  });
});
