import { describe, expect, it } from 'vitest';
import { browanTbms100 } from '../../../adapters/lorawan/devices/browan-tbms100.ts';
import { readingOf } from '../../../adapters/lorawan/reading.ts';
import { bytesOf, expectRow, type Row } from './expectations.ts';

const table: readonly Row[] = [
  ['movement', 102, '01bb340400dc7801', report(true, 3.6, 20, 4, 96_476)],
  ['nobody', 102, '080b232fffffffff', report(false, 3.6, 3, 65_327, 16_777_215)],
  ['lowest values', 102, '0000000000000000', report(false, 2.5, -32, 0, 0)],
  ['reserved bits', 102, 'fff0800000000000', report(true, 2.5, -32, 0, 0)],
  ['empty', 102, '', 'empty-payload'],
  ['short', 102, '01bb340400dc78', 'payload-too-short'],
  ['long', 102, '01bb340400dc780100', 'payload-too-long'],
  ['configuration', 204, '00', { kind: 'config' }],
  ['configuration empty', 204, '', 'empty-payload'],
  ['version', 222, '00', { kind: 'information' }],
  ['version empty', 222, '', 'empty-payload'],
  ['no port', null, '01bb340400dc7801', 'unknown-f-port'],
  ['port 42', 42, '01', 'unknown-f-port'],
];

describe('browan-tbms100', () => {
  it.each(table)('%s', (...row) => expectRow(browanTbms100, row));
});

describe('its occupancy', () => {
  it.each([
    ['movement', '0100000000000000', 0, 'OCCUPIED'],
    ['its own word, by default', '0000000000000000', 0, 'VACANT'],
    ['a pause shorter than what is set', '0000000400000000', 5, null],
    ['a pause as long as what is set', '0000000500000000', 5, 'VACANT'],
  ])('%s', (_, hex, vacantAfterMin, occupancy) => {
    const found = browanTbms100.decode(102, bytesOf(hex));
    const thresholds = { kind: 'motion', vacantAfterMin } as const;
    expect(found.ok && readingOf(found.message, { thresholds }).occupancy).toBe(occupancy);
    if (vacantAfterMin === 0)
      expect(found.ok && readingOf(found.message, browanTbms100).occupancy).toBe(occupancy);
  });
});

function report(
  occupied: boolean,
  batteryV: number,
  temperatureC: number,
  sinceLastEventMin: number,
  count: number,
) {
  return { kind: 'status', occupied, batteryV, temperatureC, sinceLastEventMin, count };
}
