import { describe, expect, it } from 'vitest';
import { readChirpstack } from '../../../adapters/lorawan/chirpstack.ts';
import { type NetworkMessage, type NetworkRejection } from '../../../application/ports/network-message.ts';

const TIME = '2026-01-14T18:45:42.675427717+00:00';
const deviceInfo = {
  devEui: '7894E80100002501',
  deviceProfileName: 'rbs301-dws',
  deviceName: 'Door 1',
  tags: { bay: 'A-1' },
  tenantName: 'not read',
};
const up = {
  deduplicationId: '42bfa1c3-52c6-4b3a-9b2e-b04853fb578c',
  time: TIME,
  deviceInfo,
  devAddr: '0006b231',
  fCnt: 38_366,
  fPort: 2,
  data: 'EAMB',
  rxInfo: [{ gwTime: TIME, nsTime: TIME, rssi: -84, snr: 9.2 }],
  somethingNew: { deep: [1] },
};

describe('an uplink', () => {
  it('is read in full', () => {
    expect(messageOf('up', up)).toEqual({
      kind: 'up',
      devEui: '7894e80100002501',
      devAddr: '0006b231',
      session: '0006b231',
      fCnt: 38_366,
      fPort: 2,
      payload: 'EAMB',
      encrypted: false,
      deduplicationId: '42bfa1c3-52c6-4b3a-9b2e-b04853fb578c',
      times: { network: TIME, gateway: TIME, ns: TIME },
      deviceProfileName: 'rbs301-dws',
      deviceName: 'Door 1',
      tags: { bay: 'A-1' },
    } satisfies NetworkMessage);
  });

  it('takes whatever is missing, null or empty as unset', () => {
    const bare = messageOf('up', { deviceInfo: { devEui: deviceInfo.devEui } });
    expect(bare).toMatchObject({ fCnt: 0, fPort: 0, payload: '', devAddr: null, session: null, tags: {} });
    expect(bare.times).toEqual({ network: null, gateway: null, ns: null });
    const nulls = {
      time: null,
      devAddr: '',
      fCnt: null,
      fPort: null,
      data: null,
      rxInfo: null,
      deduplicationId: '',
    };
    const names = { deviceProfileName: '', deviceName: null, tags: null };
    const { devEui } = deviceInfo;
    expect(messageOf('up', { ...nulls, deviceInfo: { devEui, ...names } })).toEqual(bare);
  });

  it('is not lost for a label of the wrong type', () => {
    const odd = { devEui: deviceInfo.devEui, deviceName: 7, deviceProfileName: [], tags: { a: 'x', b: 1 } };
    expect(messageOf('up', { ...up, deduplicationId: 5, deviceInfo: odd })).toMatchObject({
      deduplicationId: null,
      deviceName: null,
      deviceProfileName: null,
      tags: { a: 'x' },
    });
  });

  it('of a server without the application key is marked as encrypted', () => {
    expect(messageOf('up', { ...up, joinServerContext: { sessionKeyId: 'x' } }).encrypted).toBe(true);
    expect(messageOf('up', { ...up, joinServerContext: null }).encrypted).toBe(false);
  });

  it('has the largest counter of 32 bits', () => {
    expect(messageOf('up', { ...up, fCnt: 2 ** 32 - 1 }).fCnt).toBe(4_294_967_295);
  });

  it.each(['', '.5', '.500', '.500123', '.500123456'])('keeps the fraction "%s" as written', (fraction) => {
    for (const zone of ['Z', '+00:00', '-07:00']) {
      const time = `2026-01-14T18:45:42${fraction}${zone}`;
      expect(messageOf('up', { ...up, time }).times.network).toBe(time);
    }
  });
});

describe('the gateways of an uplink', () => {
  const at = (digits: string) => `2026-01-14T18:45:42.${digits}Z`;
  const times = (...rxInfo: object[]) => messageOf('up', { ...up, rxInfo }).times;

  it('give the time of the best signal to noise, then of the strongest', () => {
    const weak = { gwTime: at('1'), snr: 2, rssi: -60 };
    const clear = { gwTime: at('2'), snr: 9, rssi: -90 };
    const strong = { gwTime: at('3'), snr: 9, rssi: -80 };
    expect(times(weak, clear, strong).gateway).toBe(at('3'));
    expect(times(strong, clear, weak).gateway).toBe(at('3'));
  });

  it('count a level that is left out as zero', () => {
    expect(times({ gwTime: at('1'), snr: -3 }, { gwTime: at('2') }).gateway).toBe(at('2'));
    expect(times({ gwTime: at('1'), snr: 3 }, { gwTime: at('2') }).gateway).toBe(at('1'));
  });

  it('are passed over when they have no clock', () => {
    expect(times({ snr: 9 }, { gwTime: at('2'), snr: 1 }).gateway).toBe(at('2'));
    expect(times({ snr: 9 }).gateway).toBeNull();
  });

  it('give the earliest time of arrival, to the nanosecond and across offsets', () => {
    expect(times({ nsTime: at('100000002') }, { nsTime: at('100000001') }).ns).toBe(at('100000001'));
    expect(times({ nsTime: at('2') }, { nsTime: at('100000001') }, {}).ns).toBe(at('100000001'));
    const inYellowknife = '2026-01-14T11:45:41.999999999-07:00';
    expect(times({ nsTime: at('0') }, { nsTime: inYellowknife }).ns).toBe(inYellowknife);
  });
});

describe('a join', () => {
  it('names the session that begins', () => {
    expect(messageOf('join', { ...up, fCnt: 'not looked at' })).toMatchObject({
      kind: 'join',
      devEui: '7894e80100002501',
      devAddr: '0006b231',
      session: '0006b231',
      fCnt: null,
      fPort: null,
      payload: '',
    });
  });

  it('needs a device', () => {
    expect(errorsOf('join', { devAddr: '0006b231' })).toEqual([['/deviceInfo', 'required']]);
  });
});

describe('any other event', () => {
  it.each(['status', 'ack', 'txack', 'log', 'location', 'integration', 'of the future', ''])(
    '"%s" is kept',
    (kind) => {
      expect(messageOf(kind, up)).toMatchObject({
        kind,
        devEui: '7894e80100002501',
        session: null,
        fCnt: null,
      });
    },
  );

  it.each([{}, { deviceInfo: 3 }, { deviceInfo: { devEui: 'xyz' }, time: 'noon' }])('%j is kept', (body) => {
    expect(messageOf('log', body)).toMatchObject({ devEui: null, times: { network: null } });
  });
});

describe('what cannot be a frame is refused', () => {
  const withDevEui = (devEui: unknown) => ({ ...up, deviceInfo: { ...deviceInfo, devEui } });

  it.each([
    ['no object', null, [['', 'required']]],
    ['a list', [], [['', 'invalid-type']]],
    ['no device info', { data: '' }, [['/deviceInfo', 'required']]],
    ['no EUI', { deviceInfo: {} }, [['/deviceInfo/devEui', 'required']]],
    ['an EUI as a number', withDevEui(7), [['/deviceInfo/devEui', 'invalid-type']]],
    ['a short EUI', withDevEui('7894e8010000250'), [['/deviceInfo/devEui', 'invalid-format']]],
    ['a long EUI', withDevEui('7894e801000025011'), [['/deviceInfo/devEui', 'invalid-format']]],
    ['an EUI with a line end', withDevEui('7894e80100002501\n'), [['/deviceInfo/devEui', 'invalid-format']]],
    ['an EUI not in hex', withDevEui('7894e8010000250g'), [['/deviceInfo/devEui', 'invalid-format']]],
    ['no base64', { ...up, data: '!!!!' }, [['/data', 'invalid-format']]],
    ['base64 without padding', { ...up, data: 'EAM' }, [['/data', 'invalid-format']]],
    ['base64 of more than a frame', { ...up, data: 'A'.repeat(344) }, [['/data', 'out-of-range']]],
    ['megabytes', { ...up, data: 'A'.repeat(8_000_000) }, [['/data', 'out-of-range']]],
    ['an address of 3 bytes', { ...up, devAddr: '06b231' }, [['/devAddr', 'invalid-format']]],
    ['a negative counter', { ...up, fCnt: -1 }, [['/fCnt', 'out-of-range']]],
    ['a counter above 32 bits', { ...up, fCnt: 2 ** 32 }, [['/fCnt', 'out-of-range']]],
    ['a broken counter', { ...up, fCnt: 1.5 }, [['/fCnt', 'invalid-type']]],
    ['a port above a byte', { ...up, fPort: 256 }, [['/fPort', 'out-of-range']]],
    ['a time without offset', { ...up, time: '2026-01-14T18:45:42' }, [['/time', 'invalid-format']]],
    ['a time that is a date', { ...up, time: '2026-01-14' }, [['/time', 'invalid-format']]],
    ['a day that does not exist', { ...up, time: '2026-02-30T00:00:00Z' }, [['/time', 'invalid-format']]],
    ['ten digits', { ...up, time: '2026-01-14T18:45:42.1234567890Z' }, [['/time', 'invalid-format']]],
    ['a gateway time', { ...up, rxInfo: [{}, { gwTime: 'x' }] }, [['/rxInfo/1/gwTime', 'invalid-format']]],
  ])('%s', (_name, body, expected) => expect(errorsOf('up', body)).toEqual(expected));

  it('names everything that is wrong at once', () => {
    const wrong = { ...withDevEui('x'), data: '!', time: 'noon' };
    expect(errorsOf('up', wrong).map(([pointer]) => pointer)).toEqual([
      '/time',
      '/deviceInfo/devEui',
      '/data',
    ]);
  });
});

function messageOf(kind: string, body: unknown): NetworkMessage {
  const reading = readChirpstack(kind, body);
  if (!reading.ok) throw new Error(JSON.stringify(reading.rejection));
  return reading.message;
}

function errorsOf(kind: string, body: unknown): [string, string][] {
  const reading = readChirpstack(kind, body);
  const errors: NetworkRejection['errors'] = reading.ok ? [] : reading.rejection.errors;
  for (const { message } of errors) expect(message).not.toBe('');
  return errors.map(({ pointer, code }) => [pointer, code]);
}
