import { describe, it } from 'vitest';
import { libeliumSmartParking } from '../../../adapters/lorawan/devices/libelium-smart-parking.ts';
import { expectRow, type Row } from './expectations.ts';

const V2_REST = '00'.repeat(8);
const V1_REST = '00'.repeat(9);
const head = { occupied: true, batteryLow: false, sequence: 10 };

const table: readonly Row[] = [
  ['v2 info', 1, `800aff${V2_REST}`, { kind: 'status', ...head, temperatureC: -1 }],
  [
    'v2 info, battery low',
    1,
    `c00a01${V2_REST}`,
    { kind: 'status', ...head, batteryLow: true, temperatureC: 1 },
  ],
  ['v2 info, vacant', 1, `00ff01${V2_REST}`, status(false, 255, 1)],
  ['v2 info, reserved bits', 1, `b00a01${V2_REST}`, { kind: 'status', ...head, temperatureC: 1 }],
  ['v1 info has a raw temperature', 1, `800a01${V1_REST}`, { kind: 'status', ...head }],
  ['v2 keep-alive', 1, '810a173bf6000000000000', { kind: 'heartbeat', ...head, temperatureC: -10 }],
  ['v1 keep-alive', 1, `810a17${V1_REST}`, { kind: 'heartbeat', ...head }],
  ['v2 daily update', 1, `820a01${V2_REST}`, { kind: 'heartbeat', ...head }],
  ['v1 daily update', 1, `820a01${V1_REST}`, { kind: 'heartbeat', ...head }],
  [
    'an error says nothing of the bay',
    1,
    `830a01${V2_REST}`,
    { kind: 'debug', batteryLow: false, sequence: 10 },
  ],
  ['v1 start 1', 1, '840a003f34b909173f600fc2', { kind: 'startup', ...head, batteryV: 4.034 }],
  ['v2 start 1', 1, `840a01${V2_REST}`, { kind: 'startup', ...head }],
  ['v1 start 2', 1, `850a12${V1_REST}`, { kind: 'startup', ...head, firmware: '18' }],
  ['v2 start 2', 1, `850a12${V2_REST}`, { kind: 'startup', ...head }],
  ['lowest reserved type', 1, `860a01${V2_REST}`, 'unknown-message-type'],
  ['highest reserved type', 1, `8f0a01${V2_REST}`, 'unknown-message-type'],
  ['empty', 1, '', 'empty-payload'],
  ['short', 1, '800a0102030405060708', 'payload-too-short'],
  ['long', 1, `800a01${V1_REST}00`, 'payload-too-long'],
  ['port not told', null, `800aff${V2_REST}`, { kind: 'status', ...head, temperatureC: -1 }],
  ['port of the network', 0, `800aff${V2_REST}`, 'unknown-f-port'],
  ['port of the test protocol', 224, `800aff${V2_REST}`, 'unknown-f-port'],
];

describe('libelium-smart-parking', () => {
  it.each(table)('%s', (...row) => expectRow(libeliumSmartParking, row));
});

function status(occupied: boolean, sequence: number, temperatureC: number) {
  return { kind: 'status', occupied, batteryLow: false, sequence, temperatureC };
}
