import { describe, it } from 'vitest';
import { tekzitelTekzipark } from '../../../adapters/lorawan/devices/tekzitel-tekzipark.ts';
import { expectRow, type Row } from './expectations.ts';

const past = { batteryLow: false, temperatureC: 45, sequence: 99 };

const table: readonly Row[] = [
  ['arrival', 1, 'a82d63', { kind: 'status', occupied: true, ...past }],
  ['departure', 1, '282d63', { kind: 'status', occupied: false, ...past }],
  ['keep-alive', 1, 'a92d63', { kind: 'heartbeat', occupied: true, ...past }],
  ['after a reset', 1, '2a2d63', { kind: 'startup', occupied: false, ...past }],
  ['keep-alive after a reset', 1, '2b2d63', { kind: 'heartbeat', occupied: false, ...past }],
  ['obstruction, no beacon', 1, 'b42d63', { kind: 'status', occupied: true, ...past }],
  ['battery low', 1, '882d63', { kind: 'status', occupied: true, ...past, batteryLow: true }],
  ['reserved bit', 1, 'e82d63', { kind: 'status', occupied: true, ...past }],
  [
    'frost, highest id',
    1,
    '28f6ff',
    { kind: 'status', occupied: false, batteryLow: false, temperatureC: -10, sequence: 255 },
  ],
  ['signal strength alone', 1, 'a82d63b0', { kind: 'status', occupied: true, ...past }],
  ['a beacon', 1, 'a82d63b00055', { kind: 'status', occupied: true, ...past }],
  ['half a beacon', 1, 'a82d63b000', 'payload-too-short'],
  ['a beacon and a half', 1, 'a82d63b0005501', 'payload-too-short'],
  ['short', 1, 'a82d', 'payload-too-short'],
  ['empty', 1, '', 'empty-payload'],
  [
    'as many beacons as LoRaWAN carries',
    1,
    `a82d63b0${'0055'.repeat(119)}`,
    { kind: 'status', occupied: true, ...past },
  ],
  ['more than LoRaWAN carries', 1, `a82d63b0${'0055'.repeat(120)}`, 'payload-too-long'],
  ['debug', 2, 'a82d63000000000000000000', { kind: 'debug', occupied: true, ...past }],
  ['debug short', 2, 'a82d6300000000000000000'.slice(0, 22), 'payload-too-short'],
  ['debug long', 2, 'a82d6300000000000000000000', 'payload-too-long'],
  ['debug empty', 2, '', 'empty-payload'],
  ['port of the settings', 3, '471618eb000068aa', 'unknown-f-port'],
  ['no port', null, 'a82d63', 'unknown-f-port'],
  ['port 42', 42, '292e62', 'unknown-f-port'],
];

describe('tekzitel-tekzipark', () => {
  it.each(table)('%s', (...row) => expectRow(tekzitelTekzipark, row));
});
