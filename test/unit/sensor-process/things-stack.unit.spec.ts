import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addSeconds } from '../../../domain/time/instant.ts';
import { CarPark, T0, uplinkBody } from './car-park.ts';

const A = '00000000000000aa';
const ids = {
  device_id: 'bay',
  application_ids: { application_id: 'parking' },
  dev_eui: A.toUpperCase(),
  dev_addr: '01497ECC',
};

let park: CarPark;
beforeEach(async () => {
  park = new CarPark();
  await park.open(['P1']);
  await park.assign(A, 'P1');
  park.start();
  await park.settle();
});
afterEach(() => park.end());

/** The same frame as ChirpStack would hand it over, in the words of The Things Stack. */
function uplink(occupied: boolean, atS: number, f_cnt: number, session_key_id = 'AXBSH1Pk6Z0G166RlH16CQ==') {
  const { data, fPort, time } = uplinkBody({ devEui: A, occupied, atS, fCnt: f_cnt });
  const rx_metadata = [{ gateway_ids: { gateway_id: 'roof' }, rssi: -80, snr: 9 }];
  const zero = f_cnt === 0 ? {} : { f_cnt };
  return {
    end_device_ids: ids,
    received_at: time,
    uplink_message: {
      session_key_id,
      f_port: fPort,
      frm_payload: data,
      rx_metadata,
      received_at: time,
      ...zero,
    },
  };
}
const at = (seconds: number) => addSeconds(T0, seconds);

describe('a device at The Things Stack', () => {
  it('moves its bay as the same device at ChirpStack does', async () => {
    await park.sendThingsStack(uplink(true, 10, 0), at(10));
    await park.settle();
    expect(await park.occupancy('P1')).toMatchObject({ value: 'OCCUPIED', since: at(10) });
    await park.sendThingsStack(uplink(false, 20, 1), at(20));
    await park.settle();
    expect(await park.occupancy('P1')).toMatchObject({ value: 'VACANT', since: at(20) });
  });

  it('is heard once, however often its message is sent: webhooks are tried again for an hour', async () => {
    const first = await park.sendThingsStack(uplink(true, 10, 1), at(10));
    const again = await park.sendThingsStack({ ...uplink(true, 10, 1), correlation_ids: ['x'] }, at(4000));
    expect(again).toEqual({ frameId: first.frameId, duplicate: true });
    await park.sendThingsStack(uplink(false, 20, 2), at(4001));
    await park.settle();
    expect(park.outcomes()).toEqual(['applied', 'applied']);
  });

  it('that comes late does not move the present', async () => {
    await park.sendThingsStack(uplink(false, 20, 2), at(20));
    await park.sendThingsStack(uplink(true, 10, 1), at(4000));
    await park.settle();
    expect(park.outcomes()).toEqual(['late', 'applied']);
    expect(await park.occupancy('P1')).toMatchObject({ value: 'VACANT' });
  });

  it('is a repeat when the radio sent it twice', async () => {
    await park.sendThingsStack(uplink(true, 10, 1), at(10));
    await park.sendThingsStack(uplink(true, 14, 1), at(14));
    await park.settle();
    expect(park.outcomes()).toEqual(['applied', 'repeat']);
  });

  it('begins a session with each join: the counter starts again, and the address is recorded', async () => {
    await park.sendThingsStack(uplink(true, 10, 900), at(10));
    const join_accept = { session_key_id: 'AXBSp8v2brG0jqkri+sIkw==', received_at: at(20) };
    const moved = { ...ids, dev_addr: '00C30DFA' };
    await park.sendThingsStack({ end_device_ids: moved, received_at: at(20), join_accept }, at(20));
    await park.sendThingsStack(uplink(false, 30, 0, join_accept.session_key_id), at(30));
    await park.settle();
    expect(park.outcomes()).toEqual(['applied', 'join', 'applied']);
    expect(await park.occupancy('P1')).toMatchObject({ value: 'VACANT' });
    const joins = (await park.domainEvents()).filter(({ type }) => type === 'DeviceJoined');
    expect(joins.map(({ data }) => data)).toMatchObject([{ dev_addr: '00C30DFA', at: at(20) }]);
  });

  it('whose join was lost begins a session with its first message', async () => {
    await park.sendThingsStack(uplink(true, 10, 900), at(10));
    await park.sendThingsStack(uplink(false, 30, 0, 'AXBSp8v2brG0jqkri+sIkw=='), at(30));
    await park.settle();
    expect(park.outcomes()).toEqual(['applied', 'applied']);
    const joins = (await park.domainEvents()).filter(({ type }) => type === 'DeviceJoined');
    expect(joins.map(({ data }) => data)).toMatchObject([{ dev_addr: '01497ECC' }]);
  });

  it('is not made late by what somebody made up at the console', async () => {
    await park.sendThingsStack(uplink(true, 10, 900), at(10));
    await park.sendThingsStack({ ...uplink(false, 20, 0, ''), simulated: true }, at(20));
    await park.sendThingsStack({ ...uplink(true, 20, 7, ''), simulated: true }, at(21));
    await park.sendThingsStack(uplink(true, 30, 901), at(30));
    await park.settle();
    expect(park.outcomes()).toEqual(['applied', 'network-event', 'network-event', 'unchanged']);
  });

  it('has its other messages kept, and nothing follows from them', async () => {
    for (const type of ['downlink_ack', 'location_solved', 'uplink_normalized', 'of_the_future']) {
      await park.sendThingsStack({ end_device_ids: ids, [type]: {} }, at(10));
    }
    await park.settle();
    expect(park.outcomes()).toEqual(['network-event', 'network-event', 'network-event', 'network-event']);
    expect(await park.occupancy('P1')).toMatchObject({ value: 'UNKNOWN' });
  });
});
