import { describe, expect, it } from 'vitest';
import { type DeviceType } from '../../../adapters/lorawan/device-type.ts';
import { dingtekDo200 } from '../../../adapters/lorawan/devices/dingtek-do200.ts';
import { dingtekDo201 } from '../../../adapters/lorawan/devices/dingtek-do201.ts';
import { dingtekDo202 } from '../../../adapters/lorawan/devices/dingtek-do202.ts';
import { readingOf } from '../../../adapters/lorawan/reading.ts';
import { bytesOf, expectRow, type Row } from './expectations.ts';

const free = { kind: 'telemetry', occupied: false, batteryV: 3.67, batteryLow: false };
const do200: readonly Row[] = [
  ['telemetry at an event', 3, '800002021502bc0000016f0079ffb0fff500000081', { ...free, distanceMm: 700 }],
  ['car', 3, '800002011500001000016f0079ffb0fff500000081', { ...free, occupied: true, distanceMm: 0 }],
  [
    'level and magnet alarms say nothing of a car',
    3,
    '800002011500000110016f0079ffb0fff500000081',
    { ...free, distanceMm: 0 },
  ],
  [
    'low battery',
    3,
    '80000201150000000101360079ffb0fff500000081',
    { ...free, batteryV: 3.1, batteryLow: true, distanceMm: 0 },
  ],
  ['park alarm of an unknown kind', 3, '800002011500002000016f0079ffb0fff500000081', 'reserved-value'],
  ['no counter is guessed', 3, '800002011500000000016f0079ffb0fff500070081', { ...free, distanceMm: 0 }],
  ['parameters', 3, '8000020311010b18020a05a0003c000081', { kind: 'config', firmware: '1.11' }],
  ['parameters of another length', 3, '80000203100101181e3c003c14000081', 'payload-too-short'],
  ['telemetry of another length', 3, '800002011706b4000001610010fff6fff08b2d00010081', 'payload-too-long'],
  ['data type 0', 3, '800002001500000000016f0079ffb0fff500000081', 'unknown-message-type'],
  ['data type 4', 3, '800002041500000000016f0079ffb0fff500000081', 'unknown-message-type'],
  ['a sister model', 3, '800031021706b4000001610010fff6fff08b2d00010081', 'unknown-message-type'],
  ['another vendor', 3, '810002011500000000016f0079ffb0fff500000081', 'unknown-message-type'],
  ['another second byte', 3, '800102011500000000016f0079ffb0fff500000081', 'unknown-message-type'],
  ['length byte too high', 3, '800002011600000000016f0079ffb0fff500000081', 'payload-too-short'],
  ['length byte too low', 3, '800002011400000000016f0079ffb0fff500000081', 'payload-too-long'],
  ['no end mark', 3, '800002011500000000016f0079ffb0fff500000080', 'reserved-value'],
  ['empty', 3, '', 'empty-payload'],
  ['head alone', 3, '8000020115', 'payload-too-short'],
  ['cut', 3, '800002011500000000016f0079ffb0fff5000081', 'payload-too-short'],
  ['with a byte more', 3, '800002011500000000016f0079ffb0fff50000008100', 'payload-too-long'],
  ['port 2', 2, '800002011500000000016f0079ffb0fff500000081', 'unknown-f-port'],
  ['no port', null, '800002011500000000016f0079ffb0fff500000081', 'unknown-f-port'],
];

const climate = { kind: 'telemetry', occupied: true, batteryV: 3.53, batteryLow: false, distanceMm: 1716 };
const do201: readonly Row[] = [
  ['car', 3, '800031021706b4100001610010fff6fff0152d00010081', { ...climate, temperatureC: 21, sequence: 1 }],
  [
    'frost',
    3,
    '800031011706b4100001610010fff6fff0ec2dffff0081',
    { ...climate, temperatureC: -20, sequence: 65_535 },
  ],
  [
    'coldest',
    3,
    '800031011706b4100001610010fff6fff0d82d00000081',
    { ...climate, temperatureC: -40, sequence: 0 },
  ],
  ['no temperature at -41', 3, '800031011706b4100001610010fff6fff0d72d00000081', { ...climate, sequence: 0 }],
  [
    'hottest',
    3,
    '800031011706b4100001610010fff6fff0552d00000081',
    { ...climate, temperatureC: 85, sequence: 0 },
  ],
  ['no temperature at 86', 3, '800031011706b4100001610010fff6fff0562d00000081', { ...climate, sequence: 0 }],
  [
    'as published, -117 degrees',
    3,
    '800031021706b4000001610010fff6fff08b2d00010081',
    { ...climate, occupied: false, sequence: 1 },
  ],
  ['park alarm of an unknown kind', 3, '800031021706b4f00001610010fff6fff0152d00010081', 'reserved-value'],
  ['parameters', 3, '80003103100201181e3c003c14000081', { kind: 'config', firmware: '2.1' }],
  ['telemetry as parameters', 3, '800031031706b4100001610010fff6fff0152d00010081', 'payload-too-long'],
  ['parameters as telemetry', 3, '80003101100201181e3c003c14000081', 'payload-too-short'],
  ['a sister model', 3, '800032021706b4100001610010fff6fff0152d00010081', 'unknown-message-type'],
  ['empty', 3, '', 'empty-payload'],
  ['cut', 3, '800031021706b4100001610010fff6fff0152d000100', 'payload-too-short'],
  ['with a byte more', 3, '800031021706b4100001610010fff6fff0152d0001008181', 'payload-too-long'],
  ['port 85', 85, '800031021706b4100001610010fff6fff0152d00010081', 'unknown-f-port'],
];

const { distanceMm: _level, ...magnetOnly } = climate;
const do202: readonly Row[] = [
  [
    'a level is not its own',
    3,
    '800032021706b4100001610010fff6fff0152d00010081',
    { ...magnetOnly, temperatureC: 21, sequence: 1 },
  ],
  ['parameters', 3, '80003203100101181e3c003c14000081', { kind: 'config', firmware: '1.1' }],
  ['a sister model', 3, '800031021706b4100001610010fff6fff0152d00010081', 'unknown-message-type'],
  ['empty', 3, '', 'empty-payload'],
  ['cut', 3, '800032021706b4100001610010fff6fff0152d0001', 'payload-too-short'],
  ['port 1', 1, '800032021706b4100001610010fff6fff0152d00010081', 'unknown-f-port'],
];

describe.each([
  [dingtekDo200, do200],
  [dingtekDo201, do201],
  [dingtekDo202, do202],
] as const)('$id', (type, table) => {
  it.each(table)('%s', (...row) => expectRow(type, row));
});

describe('a level', () => {
  it.each([0, 100, 1_716, 0xffff])('of %d mm never overrules the device’s own word', (level) => {
    const bytes = bytesOf('800031021706b4000001610010fff6fff0152d00010081');
    bytes.set([level >> 8, level & 0xff], 5);
    const found = dingtekDo201.decode(3, bytes);
    expect(found.ok && readingOf(found.message, dingtekDo201)).toMatchObject({ occupancy: 'VACANT' });
  });
});

describe('simulated', () => {
  const reading = {
    kind: 'status',
    occupied: true,
    batteryMv: 3_510,
    temperatureDeciC: -50,
    sequence: 65_537,
  } as const;

  it.each([
    [dingtekDo200, { occupied: true, batteryV: 3.51, distanceMm: 0 }],
    [dingtekDo201, { occupied: true, batteryV: 3.51, temperatureC: -5, sequence: 1 }],
    [dingtekDo202, { occupied: true, batteryV: 3.51, temperatureC: -5, sequence: 1 }],
  ] as readonly (readonly [DeviceType, object])[])('$id says what was sent', (type, message) => {
    const frame = type.encodeUplink?.(reading);
    expect(frame && type.decode(frame.fPort, frame.bytes)).toMatchObject({ ok: true, message });
  });
});
