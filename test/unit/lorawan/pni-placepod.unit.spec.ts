import { describe, expect, it } from 'vitest';
import { pniPlacepod } from '../../../adapters/lorawan/devices/pni-placepod.ts';
import { readingOf } from '../../../adapters/lorawan/reading.ts';
import { bytesOf, expectRow, type Row } from './expectations.ts';

const occupied = { kind: 'status', occupied: true };

const table: readonly Row[] = [
  ['occupied', 2, '156601', occupied],
  ['on any port of an application', 1, '156601', occupied],
  ['on the last port of an application', 223, '156601', occupied],
  ['port not told', null, '156601', occupied],
  ['port of the network', 0, '156601', 'unknown-f-port'],
  ['port of the test protocol', 224, '156601', 'unknown-f-port'],
  ['no port at all', Number.NaN, '156601', 'unknown-f-port'],
  ['without any bytes', 2, '', { kind: 'startup' }],
  ['neither free nor occupied', 2, '156602', 'reserved-value'],
  ['keep-alive', 2, '376600', { kind: 'heartbeat', occupied: false }],
  ['highest count', 2, '21007f', { kind: 'counter', count: 127 }],
  ['rebooted', 2, '210080', { kind: 'startup' }],
  ['rebooted, with more bits', 2, '2100ff', { kind: 'startup' }],
  ['freezing, in two’s complement', 2, '0267ffce', { kind: 'telemetry', temperatureC: -5 }],
  ['freezing, in sign and magnitude', 2, '02678032', { kind: 'telemetry' }],
  ['hotter than any bay', 2, '02677fff', { kind: 'telemetry' }],
  ['battery', 2, '0302015e', { kind: 'telemetry', batteryV: 3.5 }],
  ['battery below nothing', 2, '0302ffff', { kind: 'telemetry' }],
  ['only internal items', 2, '050005', { kind: 'debug' }],
  [
    'three kinds at once',
    2,
    '1566010302015e026700f0',
    {
      kind: 'multi',
      items: [occupied, { kind: 'telemetry', batteryV: 3.5 }, { kind: 'telemetry', temperatureC: 24 }],
    },
  ],
  ['channel alone', 2, '15', 'payload-too-short'],
  ['data cut', 2, '1566', 'payload-too-short'],
  ['data cut in the middle', 2, '026700', 'payload-too-short'],
  ['second item cut', 2, '15660115', 'payload-too-short'],
  ['internal item cut', 2, '0502ff', 'payload-too-short'],
  ['type of unknown length', 2, '157701', 'unknown-message-type'],
  ['unknown channel', 2, '996601', 'unknown-message-type'],
  ['type that the channel does not have', 2, '150001', 'unknown-message-type'],
];

describe('pni-placepod', () => {
  it.each(table)('%s', (...row) => expectRow(pniPlacepod, row));

  it('tells of a departure and an arrival in one frame', () => {
    const found = pniPlacepod.decode(2, bytesOf('156600156601'));
    expect(found.ok && readingOf(found.message, pniPlacepod)).toMatchObject({
      messageKind: 'status',
      occupancy: 'OCCUPIED',
      previousStateS: { durationS: 0, errorS: null },
    });
  });

  it('reads a part of a larger buffer', () => {
    expect(pniPlacepod.decode(2, bytesOf('00156601').subarray(1))).toEqual({ ok: true, message: occupied });
  });
});
