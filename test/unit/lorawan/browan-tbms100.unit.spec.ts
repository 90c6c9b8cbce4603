import { describe, expect, it } from 'vitest';
import { browanTbms100 } from '../../../adapters/lorawan/devices/browan-tbms100.ts';
import { frameDecoder } from '../../../adapters/lorawan/frame-decoder.ts';
import { expectRow, type Row } from './expectations.ts';

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
    ['movement', '0100000400000000', {}, 'OCCUPIED'],
    ['its own word, by default', '0000000400000000', {}, 'VACANT'],
    ['a pause shorter than what is set', '0000000400000000', { vacantAfterMin: 5 }, null],
    ['a pause as long as what is set', '0000000500000000', { vacantAfterMin: 5 }, 'VACANT'],
  ])('%s', (_, hex, thresholds, occupancy) => {
    const payload = Buffer.from(hex, 'hex').toString('base64');
    const found = frameDecoder.decode('browan-tbms100', 102, payload, thresholds);
    expect(found).toMatchObject({ ok: true, reading: { occupancy } });
  });

  it.each([
    ['browan-tbms100', 'occupiedBelowMm'],
    ['nwave-nps310sm', 'vacantAfterMin'],
  ])('of %s cannot be set by %s', (type, name) => {
    const found = frameDecoder.decode(type, 102, Buffer.alloc(8).toString('base64'), { [name]: 5 });
    expect(found).toMatchObject({ ok: false });
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
