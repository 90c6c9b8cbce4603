import { describe, expect, it } from 'vitest';
import { boschTps110v023 } from '../../../adapters/lorawan/devices/bosch-tps110-0.23.ts';
import { boschTps110v029 } from '../../../adapters/lorawan/devices/bosch-tps110-0.29.ts';
import { boschTps110v039 } from '../../../adapters/lorawan/devices/bosch-tps110-0.39.ts';
import { expectRow, type Row } from './expectations.ts';

const DEBUG = '00'.repeat(12);

const inAllFirmware: readonly Row[] = [
  ['status vacant', 1, '00', { kind: 'status', occupied: false }],
  ['status occupied', 1, '01', { kind: 'status', occupied: true }],
  ['status, reserved bits set, vacant', 1, 'fe', { kind: 'status', occupied: false }],
  ['status, reserved bits set, occupied', 1, 'ff', { kind: 'status', occupied: true }],
  ['status empty', 1, '', 'empty-payload'],
  ['status too long', 1, '0100', 'payload-too-long'],
  ['heartbeat vacant', 2, '00', { kind: 'heartbeat', occupied: false }],
  ['heartbeat occupied', 2, '01', { kind: 'heartbeat', occupied: true }],
  ['heartbeat empty', 2, '', 'empty-payload'],
  ['heartbeat too long', 2, '010203', 'payload-too-long'],
  ['start-up, cause 0', 3, `${DEBUG}0017020001`, startup('0.23.2', 'unknown', true)],
  ['start-up, watchdog', 3, `${DEBUG}0017020100`, startup('0.23.2', 'watchdog', false)],
  ['start-up, power-on', 3, `${DEBUG}0017020201`, startup('0.23.2', 'power_on', true)],
  ['start-up, system request', 3, `${DEBUG}0017020300`, startup('0.23.2', 'system_request', false)],
  ['start-up, cause 8', 3, `${DEBUG}0017020800`, startup('0.23.2', 'unknown', false)],
  ['start-up empty', 3, '', 'empty-payload'],
  ['start-up one byte short', 3, `${DEBUG}00170203`, 'payload-too-short'],
  ['start-up one byte long', 3, `${DEBUG}001702030000`, 'payload-too-long'],
  ['no port', null, '01', 'unknown-f-port'],
  ['port 0', 0, '', 'unknown-f-port'],
  ['port 8', 8, '01', 'unknown-f-port'],
  ['port of a downlink', 51, '01', 'unknown-f-port'],
  ['test port', 224, '01', 'unknown-f-port'],
];

const only023: readonly Row[] = [
  ['heartbeat has no temperature', 2, '01ff', 'payload-too-long'],
  ['start-up, other cause', 3, `${DEBUG}0317000400`, startup('0.23.3', 'other', false)],
  ['no information', 4, '01', 'unknown-f-port'],
  ['no usage', 5, '01', 'unknown-f-port'],
  ['no debug', 6, '01', 'unknown-f-port'],
  ['no temperature alert', 7, '01', 'unknown-f-port'],
];

const only029: readonly Row[] = [
  ['heartbeat, below zero', 2, '0080', { kind: 'heartbeat', occupied: false, temperatureC: -128 }],
  ['heartbeat, above zero', 2, '017f', { kind: 'heartbeat', occupied: true, temperatureC: 127 }],
  ['start-up, other cause', 3, `${DEBUG}001d020400`, startup('0.29.2', 'other', false)],
  ['information', 4, '01', { kind: 'information' }],
  ['information empty', 4, '', 'empty-payload'],
  ['usage', 5, '0102030405060708', { kind: 'usage' }],
  ['usage empty', 5, '', 'empty-payload'],
  ['debug', 6, '00000000000000000000', { kind: 'debug' }],
  ['debug empty', 6, '', 'empty-payload'],
  ['no temperature alert', 7, '01', 'unknown-f-port'],
];

const only039: readonly Row[] = [
  ['heartbeat, below zero', 2, '00ff', { kind: 'heartbeat', occupied: false, temperatureC: -1 }],
  ['start-up, external pin', 3, `${DEBUG}0027020400`, startup('0.39.2', 'external_pin', false)],
  ['start-up, lockup', 3, `${DEBUG}0027020500`, startup('0.39.2', 'lockup', false)],
  ['start-up, brown-out', 3, `${DEBUG}0027020600`, startup('0.39.2', 'brown_out', false)],
  ['start-up, other cause', 3, `${DEBUG}0027020701`, startup('0.39.2', 'other', true)],
  ['firmware', 4, '002702', { kind: 'information', firmware: '0.39.2' }],
  ['URN', 4, '0102030405060708090a0b', { kind: 'information' }],
  ['information of 2 bytes', 4, '0027', 'payload-too-short'],
  ['information of 4 bytes', 4, '00270200', 'payload-too-short'],
  ['information of 12 bytes', 4, '00'.repeat(12), 'payload-too-long'],
  ...['00', '01', '03', '04', '06'].flatMap((item): readonly Row[] => [
    [`usage ${item}`, 5, `${item}00000039`, { kind: 'usage' }],
    [`usage ${item} short`, 5, `${item}000000`, 'payload-too-short'],
    [`usage ${item} long`, 5, `${item}0000000000`, 'payload-too-long'],
  ]),
  ['usage by data rate', 5, `02${'000001'.repeat(6)}`, { kind: 'usage' }],
  ['usage by data rate, five of six', 5, `02${'000001'.repeat(5)}`, 'payload-too-short'],
  ['resets by cause', 5, '0501020304050007', { kind: 'usage' }],
  ['resets by cause, long', 5, '050102030405000700', 'payload-too-long'],
  ['usage of no item', 5, '0700000000', 'reserved-value'],
  ['usage empty', 5, '', 'empty-payload'],
  ['debug short', 6, '00'.repeat(9), 'payload-too-short'],
  ['debug long', 6, '00'.repeat(11), 'payload-too-long'],
  ['temperature alert', 7, 'ec', { kind: 'telemetry', temperatureC: -20 }],
  ['temperature alert empty', 7, '', 'empty-payload'],
  ['temperature alert long', 7, 'ec00', 'payload-too-long'],
];

describe.each([
  { type: boschTps110v023, own: only023 },
  { type: boschTps110v029, own: only029 },
  { type: boschTps110v039, own: only039 },
])('$type.id', ({ type, own }) => {
  it.each([...inAllFirmware, ...own])('%s', (...row) => expectRow(type, row));

  it.each([
    ['031700', '0.23.3'],
    ['001703', '0.23.3'],
    ['001d02', '0.29.2'],
    ['002700', '0.39.0'],
    ['010203', '1.2.3'],
  ])('firmware bytes %s are version %s', (bytes, firmware) => {
    expectRow(type, ['', 3, `${DEBUG}${bytes}0100`, startup(firmware, 'watchdog', false)]);
  });

  it('reads a part of a larger buffer', () => {
    expect(type.decode(1, Uint8Array.of(0, 1, 0).subarray(1, 2))).toEqual({
      ok: true,
      message: { kind: 'status', occupied: true },
    });
  });
});

function startup(firmware: string, resetCause: string, occupied: boolean) {
  return { kind: 'startup', occupied, firmware, resetCause };
}
