import { describe, expect, it } from 'vitest';
import { radiobridgeRbs301Dws } from '../../../adapters/lorawan/devices/radiobridge-rbs301-dws.ts';
import { bytesOf, expectRow, type Row } from './expectations.ts';

const table: readonly Row[] = [
  ['reset, new version form', 2, '10000a2288ad703c', { kind: 'startup', firmware: '2.5.13' }],
  ['reset, largest version', 2, '10000a22ffff703c', { kind: 'startup', firmware: '31.31.31' }],
  ['reset, old version form', 2, '10000a200106703c', { kind: 'startup', firmware: '1.6' }],
  ['reset short', 2, '10000a2288ad70', 'payload-too-short'],
  ['reset long', 2, '10000a2288ad703c00', 'payload-too-long'],
  ['supervisory', 1, '1f01000031000000000000', { kind: 'heartbeat', sequence: 15, batteryV: 3.1 }],
  ['supervisory, battery 0', 2, '1001000000000000000000', { kind: 'heartbeat', sequence: 0, batteryV: 0 }],
  ['supervisory, battery not decimal', 2, '100100003a000000000000', { kind: 'heartbeat', sequence: 0 }],
  ['supervisory short', 1, '1f010000310000000000', 'payload-too-short'],
  ['supervisory long', 1, '1f0100003100000000000000', 'payload-too-long'],
  ['tamper, open', 2, '120201', { kind: 'tamper', tamper: true }],
  ['tamper, closed', 2, '120200', { kind: 'tamper', tamper: false }],
  ['tamper, neither', 2, '120202', 'reserved-value'],
  ['tamper short', 2, '1202', 'payload-too-short'],
  ['tamper long', 2, '12020100', 'payload-too-long'],
  ['open', 2, '1c0301', { kind: 'binary', open: true, sequence: 12 }],
  ['closed', 2, '1d0300', { kind: 'binary', open: false, sequence: 13 }],
  ['open, on port 1', 1, '1c0301', { kind: 'binary', open: true, sequence: 12 }],
  ['open, port not told', null, '1c0301', { kind: 'binary', open: true, sequence: 12 }],
  ['neither open nor closed', 2, '1c03ff', 'reserved-value'],
  ['door short', 2, '1c03', 'payload-too-short'],
  ['door long', 2, '1c030100', 'payload-too-long'],
  ['distance', 2, '10100004d2', { kind: 'distance', distanceMm: 1234 }],
  ['distance short', 2, '10100004', 'payload-too-short'],
  ['distance long', 2, '10100004d200', 'payload-too-long'],
  ['link quality', 1, '1bfb01b906', { kind: 'telemetry' }],
  ['link quality short', 1, '1bfb01b9', 'payload-too-short'],
  ['link quality long', 1, '1bfb01b90600', 'payload-too-long'],
  ['downlink answer', 2, '16ff03', { kind: 'ack' }],
  ['downlink answer with the settings', 2, '16ff0311019e0000000000', { kind: 'ack' }],
  ['downlink answer short', 2, '16ff', 'payload-too-short'],
  ['downlink answer long', 2, '16ff0311019e000000000000', 'payload-too-long'],
  ['type of another device', 1, '1d0d01020304', 'unknown-message-type'],
  ['protocol version 0', 2, '0c0301', 'unsupported-version'],
  ['protocol version 2', 2, '2c0301', 'unsupported-version'],
  ['empty', 2, '', 'empty-payload'],
  ['one byte', 2, '10', 'payload-too-short'],
  ['port 0', 0, '', 'unknown-f-port'],
  ['port 3', 3, '1c0301', 'unknown-f-port'],
  ['port 224', 224, '1c0301', 'unknown-f-port'],
];

describe('radiobridge-rbs301-dws', () => {
  it.each(table)('%s', (...row) => expectRow(radiobridgeRbs301Dws, row));

  it('keeps the frame counter in four bits when it simulates', () => {
    const frame = radiobridgeRbs301Dws.encodeUplink?.({ kind: 'status', occupied: true, sequence: 16 + 5 });
    expect(frame).toEqual({ fPort: 2, bytes: bytesOf('150301') });
  });
});
