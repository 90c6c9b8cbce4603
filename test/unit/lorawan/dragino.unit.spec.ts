import { describe, expect, it } from 'vitest';
import { draginoLdds75 } from '../../../adapters/lorawan/devices/dragino-ldds75.ts';
import { draginoLds02 } from '../../../adapters/lorawan/devices/dragino-lds02.ts';
import {
  frameDecoder,
  makeFrameDecoder,
  type ThresholdsByName,
} from '../../../adapters/lorawan/frame-decoder.ts';
import { readingOf } from '../../../adapters/lorawan/reading.ts';
import { bytesOf, expectRow, type Row } from './expectations.ts';

const distance = (distanceMm: number | null) => ({ kind: 'distance', distanceMm, batteryV: 3.321 });
const door = { kind: 'binary', open: true, batteryV: 2.952 };

const distances: readonly Row[] = [
  ['distance', 2, '0cf90a1e000ccc01', distance(2_590)],
  ['bits above the battery', 2, 'ccf90a1e000ccc01', distance(2_590)],
  ['sent by interrupt', 2, '0cf90a1e010ccc01', distance(2_590)],
  ['farthest', 2, '0cf9ffff000ccc01', distance(65_535)],
  ['no echo', 2, '0cf90000000ccc01', distance(null)],
  ['invalid', 2, '0cf90014000ccc01', distance(null)],
  ['next to invalid', 2, '0cf90015000ccc01', distance(21)],
  ['no sensor, whatever it measures', 2, '0cf90a1e000ccc00', distance(null)],
  ['thermometer', 2, '0cf90a1e00010501', { ...distance(2_590), temperatureC: 26.1 }],
  ['frost', 2, '0cf90a1e00ff3f01', { ...distance(2_590), temperatureC: -19.3 }],
  ['no thermometer, or 0 degrees', 2, '0cf90a1e00000001', distance(2_590)],
  ['distance empty', 2, '', 'empty-payload'],
  ['distance cut', 2, '0cf90a1e000ccc', 'payload-too-short'],
  ['distance long', 2, '0cf90a1e000ccc0100', 'payload-too-long'],
];

const doors: readonly Row[] = [
  ['open', 10, '8b8801001bb300000000', { ...door, count: 7_091 }],
  ['closed', 10, '0b8801001bb300000500', { ...door, open: false, count: 7_091 }],
  ['bit 14 is not the door', 10, '4b8801001bb300000000', { ...door, open: false, count: 7_091 }],
  ['highest count', 10, '8b8801ffffffffffff00', { ...door, count: 16_777_215 }],
  ['alarm', 10, '8b8801001bb300000001', { ...door, count: 7_091, alarm: true }],
  ['cut as published: state and battery only', 10, '8b880100250001', door],
  ['mode of a leak sensor', 10, '0b8802001bb300000000', 'unknown-message-type'],
  ['mode of a leak sensor, cut', 10, '0b880200250001', 'unknown-message-type'],
  ['door empty', 10, '', 'empty-payload'],
  ['door of 6 bytes', 10, '0b8801002500', 'payload-too-short'],
  ['door of 8 bytes', 10, '0b88010025000100', 'payload-too-short'],
  ['door of 9 bytes', 10, '0b8801001bb3000000', 'payload-too-short'],
  ['door long', 10, '0b8801001bb30000000000', 'payload-too-long'],
];

const ports: readonly Row[] = [
  ['no port', null, '0cf90a1e000ccc01', 'unknown-f-port'],
  ['port 3', 3, '0cf90a1e000ccc01', 'unknown-f-port'],
];

describe('dragino-ldds75', () => {
  it.each([...distances, ...doors, ...ports])('%s', (...row) => expectRow(draginoLdds75, row));
});

describe('dragino-lds02', () => {
  it.each([...doors, ...ports])('%s', (...row) => expectRow(draginoLds02, row));

  it('does not read a distance', () => {
    expectRow(draginoLds02, ['', 2, '0cf90a1e000ccc01', 'unknown-f-port']);
  });

  it('counts openings, so that a lost one is noticed', () => {
    const found = draginoLds02.decode(10, bytesOf('8b8801001bb300000000'));
    expect(found.ok && readingOf(found.message, draginoLds02)).toMatchObject({
      occupancy: 'OCCUPIED',
      counter: { value: 7_091, modulus: 16_777_216, counts: 'events' },
    });
  });
});

describe('its occupancy', () => {
  it.each<[string, number, ThresholdsByName[string], string | null]>([
    ['no echo', 0, {}, null],
    ['blind zone', 279, {}, null],
    ['nearest', 280, {}, 'OCCUPIED'],
    ['recorded with something under it', 297, {}, 'OCCUPIED'],
    ['below the lower limit', 1_599, {}, 'OCCUPIED'],
    ['between', 1_600, {}, null],
    ['still between', 1_899, {}, null],
    ['from the upper limit', 1_900, {}, 'VACANT'],
    ['recorded with nothing under it', 2_590, {}, 'VACANT'],
    ['under a ceiling of 5 m', 3_000, { occupiedBelowMm: 3_800, vacantFromMm: 4_500 }, 'OCCUPIED'],
  ])('%s: %d mm', (_, distanceMm, thresholds, occupancy) => {
    const bytes = bytesOf('0cf90000000ccc01');
    bytes.set([distanceMm >> 8, distanceMm & 0xff], 2);
    const payload = Buffer.from(bytes).toString('base64');
    const found = makeFrameDecoder({ 'dragino-ldds75': thresholds }).decode('dragino-ldds75', 2, payload);
    expect(found).toMatchObject({ ok: true, reading: { occupancy } });
  });

  it('is that of the door, where it is one', () => {
    const payload = Buffer.from(bytesOf('8b8801001bb300000000')).toString('base64');
    const found = frameDecoder.decode('dragino-ldds75', 10, payload);
    expect(found).toMatchObject({ ok: true, reading: { occupancy: 'OCCUPIED' } });
  });
});
