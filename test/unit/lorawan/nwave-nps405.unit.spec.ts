import { describe, expect, it } from 'vitest';
import {
  codeOfDuration,
  durationOfCode,
  nwaveNps405,
} from '../../../adapters/lorawan/devices/nwave-nps405.ts';
import { expectRow, type Row } from './expectations.ts';

const past = (previousDurationMin: number, previousDurationErrorMin: number | null) => ({
  previousDurationMin,
  previousDurationErrorMin,
});

const table: readonly Row[] = [
  ['status vacant after 3 min', 1, '06', { kind: 'status', occupied: false, ...past(3, 0) }],
  ['status, longest exact duration', 1, 'b3', { kind: 'status', occupied: true, ...past(89, 0) }],
  ['status, longest of all', 1, 'ff', { kind: 'status', occupied: true, ...past(660, null) }],
  ['status empty', 1, '', 'empty-payload'],
  ['status long', 1, '0000', 'payload-too-long'],
  ['heartbeat', 2, '01ff7f005a0b', { kind: 'heartbeat', occupied: true, batteryV: 3.52, temperatureC: 73.5 }],
  [
    'heartbeat, lowest values, health bits set',
    2,
    '7e008000000b',
    { kind: 'heartbeat', occupied: false, batteryV: 2.5, temperatureC: -54 },
  ],
  ['heartbeat of older firmware', 2, '01', { kind: 'heartbeat', occupied: true }],
  ['heartbeat empty', 2, '', 'empty-payload'],
  ['heartbeat of 2 bytes', 2, '01d3', 'payload-too-short'],
  ['heartbeat of 5 bytes', 2, '01d3d80059', 'payload-too-short'],
  ['heartbeat of 7 bytes', 2, '01d3d800590b00', 'payload-too-long'],
  ...[
    'rejoin',
    'watchdog',
    'power_on',
    'user_request',
    'unknown',
    'unknown',
    'brown_out',
    'other',
    'unknown',
  ].map((resetCause, code): Row => [
    `start-up, cause ${code}`,
    3,
    `0204090${code}01`,
    { kind: 'startup', occupied: true, firmware: '2.4.9', resetCause },
  ]),
  ['start-up empty', 3, '', 'empty-payload'],
  ['start-up short', 3, '02040902', 'payload-too-short'],
  ['start-up long', 3, '020409020000', 'payload-too-long'],
  ['debug', 6, '000194', { kind: 'debug' }],
  ['debug empty', 6, '', 'empty-payload'],
  ['tag', 10, 'd100345678', { kind: 'registration', occupied: true, ...past(160, 4), tagId: '00345678' }],
  [
    'tag with its battery',
    10,
    '021effffffff',
    { kind: 'registration', occupied: false, ...past(1, 0), tagId: 'FFFFFFFF' },
  ],
  ['tag empty', 10, '', 'empty-payload'],
  ['tag short', 10, 'd1003456', 'payload-too-short'],
  ['tag long', 10, 'd11e0034567800', 'payload-too-long'],
  ['no port', null, '01', 'unknown-f-port'],
  ['port 0', 0, '', 'unknown-f-port'],
  ['port 4', 4, '01', 'unknown-f-port'],
  ['port 224', 224, '01', 'unknown-f-port'],
];

describe('nwave-nps405', () => {
  it.each(table)('%s', (...row) => expectRow(nwaveNps405, row));
});

describe('the compressed duration', () => {
  const codes = Array.from({ length: 128 }, (_, code) => code);

  it('leaves no minute uncovered between one code and the next', () => {
    for (const code of codes.slice(0, 127)) {
      const { previousDurationMin, previousDurationErrorMin } = durationOfCode(code);
      expect(previousDurationMin + (previousDurationErrorMin ?? 0) + 1).toBe(
        durationOfCode(code + 1).previousDurationMin,
      );
    }
  });

  it('goes back to the code it came from', () => {
    for (const code of codes) expect(codeOfDuration(durationOfCode(code).previousDurationMin)).toBe(code);
  });

  it.each([
    [-1, 0],
    [0.9, 0],
    [94, 90],
    [95, 91],
    [239, 119],
    [299, 120],
    [659, 126],
    [100_000, 127],
  ])('%d min is code %d', (minutes, code) => expect(codeOfDuration(minutes)).toBe(code));
});
