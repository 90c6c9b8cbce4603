import { describe, expect, it } from 'vitest';
import { milesightUdl } from '../../../adapters/lorawan/devices/milesight-udl.ts';
import {
  frameDecoder,
  makeFrameDecoder,
  type ThresholdsByName,
} from '../../../adapters/lorawan/frame-decoder.ts';
import { expectRow, type Row } from './expectations.ts';

const distance = (distanceMm: number | null) => ({ kind: 'distance', distanceMm });

const table: readonly Row[] = [
  ['EM310, tilted', 85, '01755c03824408040001', { ...distance(2116), batteryPct: 92, tilted: true }],
  ['EM500, upright', 85, '01755d03822901040000', { ...distance(297), batteryPct: 93, tilted: false }],
  ['EM400, frost', 85, '0367ceff0482b004', { ...distance(1200), temperatureC: -5 }],
  ['0 is given as published', 85, '03820000', distance(0)],
  ['farthest', 85, '0382ff7f', distance(32_767)],
  ['below zero for EM410', 85, '0482fbff', distance(null)],
  ['no target', 85, '0482fdff', distance(null)],
  ['sensor broken', 85, '0482ffff', distance(null)],
  ['first value that is none', 85, '04820080', distance(null)],
  ['position of an unknown kind', 85, '03822901040002', distance(297)],
  ['battery above 100', 85, '0175ff03822901', distance(297)],
  ['alarm', 85, '8482410601', { ...distance(1601), alarm: true }],
  ['alarm released', 85, '8482410600', { ...distance(1601), alarm: false }],
  ['one alarm of two', 85, '8367e800018482410600', { ...distance(1601), temperatureC: 23.2, alarm: true }],
  [
    'the other alarm of two',
    85,
    '8367e800008482410601',
    { ...distance(1601), temperatureC: 23.2, alarm: true },
  ],
  ['sudden change', 85, '94820807d00702', { ...distance(1800), alarm: true }],
  ['blind zone', 85, 'b482c80001', distance(null)],
  ['out of the blind zone', 85, 'b482c80000', distance(200)],
  ['no target, said', 85, 'b482fdff02', distance(null)],
  ['exception after a distance', 85, '0482c800b482c80001', distance(null)],
  ['temperature alone', 85, '0367e800', { kind: 'telemetry', temperatureC: 23.2 }],
  ['battery alone', 85, '01754b', { kind: 'telemetry', batteryPct: 75 }],
  ['items of no interest here', 85, '01b9100e06c7f6ff', { kind: 'telemetry' }],
  ['behind a location', 85, '06880102030405060708000482c800', distance(200)],
  [
    'who it is',
    85,
    'ff0bffff0101ff166746c38802590000ff090310ff0a0110ff0f00ffff0100fffe01',
    { kind: 'information', firmware: '1.10' },
  ],
  ['history is not the present', 85, '20ce0000006403e8', { kind: 'telemetry' }],
  ['longer history', 85, '20ce5f5e0f6403e80000000000', { kind: 'telemetry' }],
  ['history behind the present', 85, '0482c80020ce000000640382ff00', distance(200)],
  ['history cut', 85, '20ce0000006403', 'payload-too-short'],
  ['answer on fe', 85, 'fe02b004', { kind: 'ack' }],
  ['answer on ff', 85, 'ff06090a00640000000000', { kind: 'ack' }],
  ['answer cut', 85, 'fe02b0', 'payload-too-short'],
  ['answer to what nobody can set', 85, 'fe9900', 'unknown-message-type'],
  ['empty', 85, '', 'empty-payload'],
  ['channel alone', 85, '03', 'payload-too-short'],
  ['distance cut', 85, '038229', 'payload-too-short'],
  ['second item cut', 85, '0175640382', 'payload-too-short'],
  ['alarm without its status', 85, '84824106', 'payload-too-short'],
  ['with a byte more', 85, '0382290100', 'payload-too-short'],
  ['unknown item', 85, '07821c02', 'unknown-message-type'],
  ['unknown item behind a distance', 85, '0382290107821c02', 'unknown-message-type'],
  ['no port', null, '03822901', 'unknown-f-port'],
  ['port 2', 2, '03822901', 'unknown-f-port'],
];

describe('milesight-udl', () => {
  it.each(table)('%s', (...row) => expectRow(milesightUdl, row));
});

describe('its occupancy', () => {
  it.each<[string, number, ThresholdsByName[string], string | null]>([
    ['no echo', 0, {}, null],
    ['blind zone', 249, {}, null],
    ['nearest', 250, {}, 'OCCUPIED'],
    ['roof of a low car under a high ceiling', 1_599, {}, 'OCCUPIED'],
    ['between', 1_600, {}, null],
    ['still between', 1_899, {}, null],
    ['floor under a low ceiling', 1_900, {}, 'VACANT'],
    ['nothing at all', 0xffff, {}, null],
    [
      'a car above a sensor in the ground',
      120,
      { blindBelowMm: 30, occupiedBelowMm: 500, vacantFromMm: 800 },
      'OCCUPIED',
    ],
    ['the sky above it', 3_000, { blindBelowMm: 30, occupiedBelowMm: 500, vacantFromMm: 800 }, 'VACANT'],
  ])('%s: %d mm', (_, distanceMm, thresholds, occupancy) => {
    const bytes = Buffer.from([0x03, 0x82, distanceMm & 0xff, distanceMm >> 8]);
    const found = makeFrameDecoder({ 'milesight-udl': thresholds }).decode(
      'milesight-udl',
      85,
      bytes.toString('base64'),
    );
    expect(found).toMatchObject({ ok: true, reading: { occupancy } });
  });

  it.each(['20ce0000006403e8', '0367e800', 'ff0bff'])('is not in %s', (hex) => {
    const payload = Buffer.from(hex, 'hex').toString('base64');
    const found = frameDecoder.decode('milesight-udl', 85, payload);
    expect(found).toMatchObject({ ok: true, reading: { occupancy: null } });
  });
});
