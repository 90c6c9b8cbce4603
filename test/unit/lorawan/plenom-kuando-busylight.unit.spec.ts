import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Light, looksSame, steady } from '../../../adapters/lorawan/display-light.ts';
import { plenomKuandoBusylight } from '../../../adapters/lorawan/devices/plenom-kuando-busylight.ts';
import { bytesOf, expectRow, type Row } from './expectations.ts';

const SIGNAL = 'd0ffffff1e000000';
const TAIL = '290c01';
const { light } = plenomKuandoBusylight;

const table: readonly Row[] = [
  ['green', 15, `${SIGNAL}08000000060000000000ffff00${TAIL}`, shows(0, 255, 0, 255, 0, 8)],
  ['hardware 1.5', 15, `${SIGNAL}08000000060000000000ffff00${TAIL}01`, shows(0, 255, 0, 255, 0, 8)],
  [
    'red flashing, many downlinks',
    15,
    `${SIGNAL}ffffffff06000000ff00006432${TAIL}`,
    shows(255, 0, 0, 100, 50, 4_294_967_295),
  ],
  ['empty', 15, '', 'empty-payload'],
  ['short', 15, `${SIGNAL}08000000060000000000ffff00290c`, 'payload-too-short'],
  ['long', 15, `${SIGNAL}08000000060000000000ffff00${TAIL}0101`, 'payload-too-long'],
  ['no port', null, `${SIGNAL}08000000060000000000ffff00${TAIL}`, 'unknown-f-port'],
  ['port 1', 1, `${SIGNAL}08000000060000000000ffff00${TAIL}`, 'unknown-f-port'],
];

describe('plenom-kuando-busylight', () => {
  it.each(table)('%s', (...row) => expectRow(plenomKuandoBusylight, row));
});

describe('a light that is sent', () => {
  it.each([
    ['blue, and asked to answer', steady(0, 0, 255), true, '00ff00ff0001'],
    ['yellow', { ...steady(255, 255, 0), onMs: 1000 }, false, 'ff00ff6400'],
    ['green', steady(0, 153, 0), false, '000099ff00'],
    [
      'blue, a second on and off',
      { red: 0, green: 0, blue: 255, onMs: 1000, offMs: 1000 },
      false,
      '00ff006464',
    ],
    ['dark', steady(0, 0, 0), false, '000000ff00'],
    ['more than there is', { red: 999, green: -1, blue: 0, onMs: 1e9, offMs: 1e9 }, false, 'ff0000ffff'],
    [
      'a flash too short to count stays one',
      { red: 1, green: 2, blue: 3, onMs: 1, offMs: 1 },
      false,
      '0103020101',
    ],
  ])('%s', (_, wanted: Light, answer, hex) => {
    expect(light?.show(wanted, { answer })).toEqual({ fPort: 15, bytes: bytesOf(hex) });
  });

  it('is found again in the message that echoes it', () => {
    fc.assert(fc.property(showable, (wanted) => looksSame(echoOf(wanted), wanted)));
  });

  it('looks another when a colour or the rhythm differs, not when a steady light has another on time', () => {
    const green = steady(0, 255, 0);
    expect(looksSame(green, { ...green, onMs: 10 })).toBe(true);
    expect(looksSame(green, { ...green, green: 254 })).toBe(false);
    expect(looksSame(green, { ...green, offMs: 10 })).toBe(false);
    expect(looksSame({ ...green, offMs: 10 }, { ...green, onMs: 10, offMs: 10 })).toBe(false);
  });

  it('is not there in the dim green of a display that has just started', () => {
    const found = plenomKuandoBusylight.decode(15, bytesOf(`${SIGNAL}0000000001000000000035ff00${TAIL}`));
    const shown = found.ok ? light?.shown(found.message) : null;
    expect(shown).toEqual(steady(0, 0x35, 0));
    expect(looksSame(shown ?? steady(0, 255, 0), steady(0, 255, 0))).toBe(false);
  });
});

const channel = fc.integer({ min: 0, max: 255 });
const time = fc.integer({ min: 1, max: 255 }).map((steps) => steps * 10);
const showable: fc.Arbitrary<Light> = fc.record({
  red: channel,
  green: channel,
  blue: channel,
  onMs: time,
  offMs: fc.oneof(fc.constant(0), time),
});

/** The keep-alive holds the five bytes of the downlink as they came. */
function echoOf(wanted: Light): Light {
  const sent = light?.show(wanted).bytes ?? new Uint8Array();
  const found = plenomKuandoBusylight.decode(15, Uint8Array.of(...new Uint8Array(16), ...sent, 41, 12, 1));
  const echoed = found.ok ? light?.shown(found.message) : null;
  if (echoed === null || echoed === undefined) throw new Error('the light is not echoed');
  return echoed;
}

function shows(red: number, green: number, blue: number, onTime: number, offTime: number, downlinks: number) {
  const colour = { red, green, blue, onTime, offTime };
  return { kind: 'display-status', ...colour, downlinksReceived: downlinks, firmware: '41' };
}
