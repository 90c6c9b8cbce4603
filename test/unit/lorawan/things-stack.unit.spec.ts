import { describe, expect, it } from 'vitest';
import { frameDecoder } from '../../../adapters/lorawan/frame-decoder.ts';
import { readThingsStack } from '../../../adapters/lorawan/things-stack.ts';
import { type NetworkMessage } from '../../../application/ports/network-message.ts';

const AT = '2026-03-01T08:00:00.845284891Z';
const NS = '2026-03-01T08:00:00.641841782Z';
const end_device_ids = {
  device_id: 'bay-a-07',
  application_ids: { application_id: 'parking' },
  dev_eui: '0004A30B001C0530',
  join_eui: '800000000000000C',
  dev_addr: '01497ECC',
};
const uplink_message = {
  session_key_id: 'AXBSH1Pk6Z0G166RlH16CQ==',
  f_port: 3,
  f_cnt: 7,
  frm_payload: 'AQI=',
  rx_metadata: [{ gateway_ids: { gateway_id: 'roof' }, time: '2026-03-01T08:00:00.6Z', rssi: -80, snr: 5 }],
  received_at: NS,
  confirmed: true,
  version_ids: { brand_id: 'nwave', model_id: 'nps405' },
  attributes: { bay: 'A-07', floor: 2 },
  something_new: [1],
};
const up = {
  end_device_ids,
  correlation_ids: ['as:up:01E191YN5F2HMBQCBCVRF731VY'],
  received_at: AT,
  uplink_message,
};

describe('an uplink', () => {
  it('is read in full, the EUI in our way of writing', () => {
    expect(messageOf(up)).toEqual({
      kind: 'up',
      devEui: '0004a30b001c0530',
      devAddr: '01497ECC',
      session: 'AXBSH1Pk6Z0G166RlH16CQ==',
      fCnt: 7,
      fPort: 3,
      payload: 'AQI=',
      encrypted: false,
      deduplicationId: `parking/bay-a-07/AXBSH1Pk6Z0G166RlH16CQ==/7/${NS}`,
      times: { network: AT, gateway: '2026-03-01T08:00:00.6Z', ns: NS },
      deviceProfileName: 'nps405',
      deviceName: 'bay-a-07',
      tags: { bay: 'A-07' },
    } satisfies NetworkMessage);
  });

  it('has counter 0, port 0 and no payload where the server leaves out what is empty', () => {
    const first = messageOf({ end_device_ids, uplink_message: {} });
    expect(first).toMatchObject({ kind: 'up', fCnt: 0, fPort: 0, payload: '', session: '01497ECC' });
    expect(first.times).toEqual({ network: null, gateway: null, ns: null });
  });

  it('may come from a device without an EUI', () => {
    const { dev_eui: _none, ...byHand } = end_device_ids;
    expect(messageOf({ ...up, end_device_ids: byHand }).devEui).toBeNull();
  });

  it('of a server that leaves payloads encrypted is marked, here and in what is stored', () => {
    const encrypted = { ...up, uplink_message: { ...uplink_message, app_s_key: { key: 'eA==' } } };
    expect(messageOf(encrypted).encrypted).toBe(true);
    expect(frameDecoder.isEncrypted('tts', JSON.stringify(encrypted))).toBe(true);
    expect(frameDecoder.isEncrypted('tts', JSON.stringify(up))).toBe(false);
    const named = { ...up, uplink_message: { ...uplink_message, attributes: { app_s_key: 'x' } } };
    expect(frameDecoder.isEncrypted('tts', JSON.stringify(named))).toBe(false);
  });

  it('heard by a gateway of another network, or with a level of zero, is read all the same', () => {
    const rx_metadata = [
      { packet_broker: { message_id: 'x' }, time: '2026-03-01T08:00:00.1Z', rssi: -99 },
      { gateway_ids: { gateway_id: 'roof' }, time: '2026-03-01T08:00:00.2Z', rssi: -70, snr: -3.5 },
    ];
    const { times } = messageOf({ ...up, uplink_message: { ...uplink_message, rx_metadata } });
    expect(times.gateway).toBe('2026-03-01T08:00:00.1Z');
  });

  it.each([
    [{ ...end_device_ids, dev_eui: '0004A30B' }, uplink_message, '/end_device_ids/dev_eui'],
    [end_device_ids, { ...uplink_message, frm_payload: '***' }, '/uplink_message/frm_payload'],
    [end_device_ids, { ...uplink_message, frm_payload: 'A'.repeat(400) }, '/uplink_message/frm_payload'],
    [end_device_ids, { ...uplink_message, f_port: 256 }, '/uplink_message/f_port'],
    [end_device_ids, { ...uplink_message, f_cnt: 2 ** 32 }, '/uplink_message/f_cnt'],
    [end_device_ids, { ...uplink_message, f_cnt: -1 }, '/uplink_message/f_cnt'],
    [end_device_ids, { ...uplink_message, received_at: 'yesterday' }, '/uplink_message/received_at'],
    [undefined, uplink_message, '/end_device_ids'],
  ])('that cannot be a frame is refused at the place of the mistake: case %#', (ids, message, pointer) => {
    expect(pointersOf({ ...up, end_device_ids: ids, uplink_message: message })).toEqual([pointer]);
  });

  it.each([null, 7, 'text', [], {}, { deviceInfo: { devEui: '0004a30b001c0530' } }])(
    'of another server, or none, is refused: %j',
    (body) => {
      expect(readThingsStack('', body).ok).toBe(false);
      expect(readThingsStack('up', body).ok).toBe(false);
    },
  );
});

describe('the same frame again', () => {
  const key = (body: object) => messageOf(body).deduplicationId;

  it('is known, an hour later and with other surroundings', () => {
    const { attributes: _left, ...fewer } = uplink_message;
    const again = {
      ...up,
      received_at: '2026-03-01T09:12:00Z',
      correlation_ids: ['x'],
      uplink_message: fewer,
    };
    expect(key(again)).toBe(key(up));
  });

  it.each([
    ['the next counter', { f_cnt: 8 }],
    ['another session', { session_key_id: 'AXBSp8v2brG0jqkri+sIkw==' }],
    // A device that was activated by hand and reset: same session, same counter, another frame.
    ['another time of receipt', { received_at: '2026-03-02T08:00:00Z' }],
  ])('is another one with %s', (_name, change) => {
    expect(key({ ...up, uplink_message: { ...uplink_message, ...change } })).not.toBe(key(up));
  });

  it('of another device or application is another one', () => {
    const other = { ...end_device_ids, device_id: 'bay-a-08' };
    const elsewhere = { ...end_device_ids, application_ids: { application_id: 'lights' } };
    expect(
      new Set([end_device_ids, other, elsewhere].map((ids) => key({ ...up, end_device_ids: ids }))).size,
    ).toBe(3);
  });

  it('has no key of its own without session or time: then the body is the key', () => {
    const { received_at: _at, ...timeless } = uplink_message;
    expect(key({ ...up, uplink_message: timeless })).toBeNull();
    const { dev_addr: _addr, ...nameless } = end_device_ids;
    expect(key({ ...up, end_device_ids: nameless, uplink_message: { received_at: NS } })).toBeNull();
  });
});

describe('a join', () => {
  const join = {
    end_device_ids,
    received_at: AT,
    join_accept: { session_key_id: 'AXBSp8v2brG0jqkri+sIkw==', received_at: NS },
  };

  it('names the session that begins by its key, and the new address beside it', () => {
    expect(messageOf(join)).toMatchObject({
      kind: 'join',
      devEui: '0004a30b001c0530',
      devAddr: '01497ECC',
      session: 'AXBSp8v2brG0jqkri+sIkw==',
      fCnt: null,
      times: { network: AT, gateway: null, ns: NS },
    });
    expect(frameDecoder.deviceAddress('tts', JSON.stringify(join))).toBe('01497ECC');
  });
});

describe('other types', () => {
  const ids = { end_device_ids, received_at: AT };

  it.each([
    ['uplink_normalized', 'uplink_normalized'],
    ['location_solved', 'location'],
    ['downlink_ack', 'downlink_ack'],
    ['downlink_nack', 'downlink_nack'],
    ['downlink_sent', 'downlink_sent'],
    ['downlink_failed', 'downlink_failed'],
    ['downlink_queued', 'downlink_queued'],
    ['downlink_queue_invalidated', 'downlink_queue_invalidated'],
    ['service_data', 'service_data'],
    ['something_of_the_future', 'something_of_the_future'],
  ])('%s is kept as %s, whatever the address', (type, kind) => {
    for (const path of ['', 'up', 'anything/else']) {
      const message = messageOf({ ...ids, [type]: { f_port: 'not looked at' } }, path);
      expect(message).toMatchObject({ kind, devEui: '0004a30b001c0530', payload: '', fCnt: null });
    }
  });

  it('that do not say what they are go by the address, or are unknown', () => {
    expect(messageOf(ids, 'downlink/queued').kind).toBe('queued');
    expect(messageOf(ids, 'service-data/').kind).toBe('service_data');
    expect(messageOf(ids).kind).toBe('unknown');
    expect(messageOf(ids, '%F0%9F').kind).toBe('unknown');
    expect(pointersOf(ids, 'up')).toEqual(['/uplink_message']);
    expect(pointersOf(ids, 'join')).toEqual(['/join_accept']);
  });

  it('of a device with a strange EUI are kept without it', () => {
    const strange = { ...end_device_ids, dev_eui: 7, dev_addr: 'zz' };
    expect(messageOf({ end_device_ids: strange, service_data: {} }).devEui).toBeNull();
  });

  it('do not come from the prototype', () => {
    const body: unknown = JSON.parse(`{"end_device_ids":{},"__proto__":{"uplink_message":{}}}`);
    expect(messageOf(body).kind).toBe('unknown');
  });
});

describe('a message that somebody made up at the console', () => {
  it('is kept and not taken for one of the device', () => {
    expect(messageOf({ ...up, simulated: true }).kind).toBe('simulated_up');
    expect(messageOf({ ...up, simulated: false }).kind).toBe('up');
  });
});

function messageOf(body: unknown, path = ''): NetworkMessage {
  const reading = readThingsStack(path, body);
  if (!reading.ok) throw new Error(JSON.stringify(reading.rejection));
  return reading.message;
}

function pointersOf(body: unknown, path = ''): readonly string[] {
  const reading = readThingsStack(path, body);
  return reading.ok ? [] : reading.rejection.errors.map(({ pointer }) => pointer);
}
