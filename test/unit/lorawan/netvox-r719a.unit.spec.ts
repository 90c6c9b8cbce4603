import { describe, expect, it } from 'vitest';
import { netvoxR719a } from '../../../adapters/lorawan/devices/netvox-r719a.ts';
import { expectRow, type Row } from './expectations.ts';

const status = { kind: 'status', occupied: true, batteryV: 3.6, batteryLow: false };

const table: readonly Row[] = [
  ['car', 6, '0159012401000000000000', status],
  ['no car', 6, '0159012400000000000000', { ...status, occupied: false }],
  ['low battery is not 15.9 V', 6, '0159019f01000000000000', { ...status, batteryV: 3.1, batteryLow: true }],
  ['reserved bytes in use', 6, '0159012401ffffffffffff', status],
  ['neither car nor none', 6, '0159012402000000000000', 'reserved-value'],
  ['version', 6, '015900650b202004240000', { kind: 'startup', firmware: '10.1' }],
  ['report type 2', 6, '0159022401000000000000', 'unknown-message-type'],
  ['protocol version 2', 6, '0259012401000000000000', 'unsupported-version'],
  ['another device of the vendor', 6, '015b012401000000000000', 'unknown-message-type'],
  ['report empty', 6, '', 'empty-payload'],
  ['report cut', 6, '01590124010000000000', 'payload-too-short'],
  ['report cut to its state', 6, '0159012401', 'payload-too-short'],
  ['report long', 6, '015901240100000000000000', 'payload-too-long'],
  ['settings taken', 7, '8159000000000000000000', { kind: 'ack' }],
  ['settings refused', 7, '8159010000000000000000', { kind: 'ack' }],
  ['settings read', 7, '8259003c003c0100000000', { kind: 'config' }],
  ['threshold taken', 7, '8359000000000000000000', { kind: 'ack' }],
  ['threshold read', 7, '8459000a00000000000000', { kind: 'config' }],
  ['a command, not an answer', 7, '0159003c003c0100000000', 'unknown-message-type'],
  ['answer of another device', 7, '825b003c003c0100000000', 'unknown-message-type'],
  ['answer empty', 7, '', 'empty-payload'],
  ['answer cut', 7, '8259003c003c01000000', 'payload-too-short'],
  ['answer long', 7, '8259003c003c010000000000', 'payload-too-long'],
  ['no port', null, '0159012401000000000000', 'unknown-f-port'],
  ['port 13', 13, '0159012401000000000000', 'unknown-f-port'],
];

describe('netvox-r719a', () => {
  it.each(table)('%s', (...row) => expectRow(netvoxR719a, row));

  it('simulated, is full of battery at most', () => {
    const frame = netvoxR719a.encodeUplink?.({ kind: 'heartbeat', occupied: false, batteryMv: 99_999 });
    expect(frame && netvoxR719a.decode(frame.fPort, frame.bytes)).toMatchObject({
      ok: true,
      message: { occupied: false, batteryV: 12.7, batteryLow: false },
    });
  });
});
