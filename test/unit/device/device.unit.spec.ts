import { describe, expect, it } from 'vitest';
import { type RegisterDevice } from '../../../domain/device/commands.ts';
import { deviceDecider } from '../../../domain/device/decider.ts';
import { type DeviceEvent } from '../../../domain/device/events.ts';
import { JOINS_KEPT } from '../../../domain/device/evolve.ts';
import { at, given, uuid } from '../catalogue/given.ts';

const registration: RegisterDevice = {
  type: 'RegisterDevice',
  devEui: '70b3d57ed0000001',
  deviceType: 'nwave-nps405',
  kind: 'sensor',
  now: at(8),
};
const registered: DeviceEvent = {
  type: 'DeviceRegistered',
  data: { dev_eui: '70b3d57ed0000001', device_type: 'nwave-nps405', kind: 'sensor' },
};
const reason = { code: 'battery' } as const;
const decommissioned: DeviceEvent = { type: 'DeviceDecommissioned', data: { at: at(12), reason } };
const recommissioned: DeviceEvent = { type: 'DeviceRecommissioned', data: { at: at(14) } };
const device = (...history: readonly DeviceEvent[]) => given(deviceDecider, ...history);

describe('a device', () => {
  it('is registered once, and the same registration again is nothing', () => {
    const other: DeviceEvent = { type: 'DeviceTypeChanged', data: { device_type: 'bosch-tps110' } };
    device().when(registration).gives(registered);
    device(registered, other, decommissioned).when(registration).gives();
    device(registered)
      .when({ ...registration, firmware: '1.2' })
      .refuses('already-exists');
    device()
      .when({ type: 'ChangeDeviceType', deviceType: 'x', now: at(9) })
      .refuses('not-found');
  });

  it('changes its type only to another one; an absent firmware stays', () => {
    const change = { type: 'ChangeDeviceType', deviceType: 'bosch-tps110', now: at(9) } as const;
    const changed: DeviceEvent = {
      type: 'DeviceTypeChanged',
      data: { device_type: 'bosch-tps110', firmware: '0.39' },
    };
    device(registered)
      .when({ ...change, firmware: '0.39' })
      .gives(changed);
    device(registered, changed).when(change).gives();
    device(registered, decommissioned).when(change).refuses('decommissioned');
  });

  it('is decommissioned and comes back, each once', () => {
    device(registered)
      .when({ type: 'DecommissionDevice', at: at(12), reason, now: at(13) })
      .gives(decommissioned);
    device(registered, decommissioned)
      .when({ type: 'RecommissionDevice', at: at(14), now: at(14) })
      .gives(recommissioned);
    device(registered)
      .when({ type: 'RecommissionDevice', at: at(14), now: at(14) })
      .gives();
    device(registered, decommissioned)
      .when({ type: 'RecommissionDevice', at: at(11), now: at(14) })
      .refuses('validation-failed', { decommissioned_at: at(12) });
  });

  it('that is decommissioned releases its claim in the same append', () => {
    const claim = { space_id: uuid(1), role: 'sensor', from: at(10), process_id: uuid(50) } as const;
    const history: DeviceEvent[] = [registered, { type: 'DeviceAssignmentClaimed', data: claim }];
    const release = (to: number): DeviceEvent => ({
      type: 'DeviceAssignmentReleased',
      data: { space_id: uuid(1), to: at(to), process_id: uuid(50) },
    });
    const decided = device(...history)
      .when({ type: 'DecommissionDevice', at: at(12), reason, now: at(13) })
      .gives(release(12), decommissioned);
    expect(decided.at).toEqual([at(12), at(12)]);
    device(...history)
      .when({ type: 'DecommissionDevice', at: at(9), reason, now: at(13) })
      .gives(release(10), { type: 'DeviceDecommissioned', data: { at: at(9), reason } });
  });
});

describe('joins', () => {
  const joined = (session: string, hour: number): DeviceEvent => ({
    type: 'DeviceJoined',
    data: { session, dev_addr: '01ab23cd', at: at(hour) },
  });
  const join = (session: string, hour: number) =>
    ({ type: 'RecordJoin', session, devAddr: '01ab23cd', at: at(hour), now: at(23) }) as const;

  it('are recorded once, and in the order in which they came', () => {
    const decided = device(registered).when(join('s1', 9)).gives(joined('s1', 9));
    expect(decided.at).toEqual([at(9)]);
    device(registered, joined('s1', 9)).when(join('s1', 10)).gives();
    device(registered, joined('s1', 9), joined('s2', 10)).when(join('s1', 9)).gives();
    device(registered, joined('s1', 9), joined('s2', 10)).when(join('s1', 11)).gives(joined('s1', 11));
    device(registered, joined('s2', 10)).when(join('s1', 9)).gives(joined('s1', 9));
    device(registered, decommissioned).when(join('s1', 13)).gives(joined('s1', 13));
  });

  it('that are older than all that are remembered give nothing', () => {
    const many = Array.from({ length: JOINS_KEPT + 5 }, (_, n) => joined(`s${n}`, 100 + n));
    device(registered, ...many)
      .when(join('s0', 100))
      .gives();
    device(registered, ...many)
      .when(join('s4', 104))
      .gives();
  });
});
