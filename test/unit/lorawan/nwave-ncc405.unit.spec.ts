import { describe, expect, it } from 'vitest';
import { nwaveNcc405 } from '../../../adapters/lorawan/devices/nwave-ncc405.ts';
import { readingOf } from '../../../adapters/lorawan/reading.ts';
import { expectRow, type Row } from './expectations.ts';

const table: readonly Row[] = [
  ['counter', 1, '06aa', { kind: 'counter', count: 1706 }],
  ['counter before it wraps', 1, 'ffff', { kind: 'counter', count: 65_535 }],
  ['counter begun again', 1, '0000', { kind: 'counter', count: 0 }],
  ['counter empty', 1, '', 'empty-payload'],
  ['counter short', 1, '06', 'payload-too-short'],
  ['counter long', 1, '06aa00', 'payload-too-long'],
  ['heartbeat', 2, 'a86661', { kind: 'heartbeat', batteryV: 2.908 }],
  ['heartbeat, empty battery', 2, '000061', { kind: 'heartbeat', batteryV: 2.5 }],
  ['heartbeat short', 2, 'a866', 'payload-too-short'],
  ['heartbeat long', 2, 'a8666100', 'payload-too-long'],
  ['rejoin', 3, '010d0000', { kind: 'startup', firmware: '1.13.0', resetCause: 'rejoin' }],
  ['brown-out', 3, '010d0006', { kind: 'startup', firmware: '1.13.0', resetCause: 'brown_out' }],
  ['cause without a meaning', 3, '010d0004', { kind: 'startup', firmware: '1.13.0', resetCause: 'unknown' }],
  ['cause out of the list', 3, '010d00ff', { kind: 'startup', firmware: '1.13.0', resetCause: 'unknown' }],
  ['start-up short', 3, '010d00', 'payload-too-short'],
  ['start-up of a bay sensor', 3, '010d000201', 'payload-too-long'],
  ['debug', 6, '00', { kind: 'debug' }],
  ['no port', null, '06aa', 'unknown-f-port'],
  ['port 4', 4, '06aa', 'unknown-f-port'],
];

describe('nwave-ncc405', () => {
  it.each(table)('%s', (...row) => expectRow(nwaveNcc405, row));

  it('says nothing of a bay, and how its counter wraps', () => {
    expect(readingOf({ kind: 'counter', count: 7 }, nwaveNcc405)).toMatchObject({
      occupancy: null,
      counter: { value: 7, modulus: 65_536, counts: 'events' },
    });
  });
});
