import { describe, expect, it } from 'vitest';
import {
  frameDecoder,
  makeFrameDecoder,
  type ThresholdsByName,
  thresholdMistakes,
} from '../../../adapters/lorawan/frame-decoder.ts';

const PIR = 'browan-tbms100';
const EUI = '70b3d57ed005a1b2';
/** Nobody, and no movement for four minutes. */
const STILL = Buffer.from('0000000400000000', 'hex').toString('base64');

const occupancy = (settings: ThresholdsByName, devEui?: string) => {
  const found = makeFrameDecoder(settings).decode(PIR, 102, STILL, devEui);
  return found.ok ? found.reading.occupancy : found.code;
};

describe('thresholds', () => {
  it('are those of the type, unless they are set', () => {
    expect(occupancy({})).toBe('VACANT');
    expect(occupancy({ [PIR]: { vacantAfterMin: 5 } })).toBeNull();
    expect(occupancy({ 'milesight-udl': { vacantAfterMin: 5 } })).toBe('VACANT');
  });

  it('of one device go over those of its type', () => {
    const settings = { [PIR]: { vacantAfterMin: 5 }, [EUI]: { vacantAfterMin: 3 } };
    expect(occupancy(settings, EUI)).toBe('VACANT');
    expect(occupancy(settings, '70b3d57ed005a1b3')).toBeNull();
    expect(occupancy(settings)).toBeNull();
  });

  it('that the type of the device does not have make no guess', () => {
    expect(occupancy({ [EUI]: { occupiedBelowMm: 900 } }, EUI)).toBe('invalid-thresholds');
  });

  it('are part of the version that goes into the evidence, in 32 characters', () => {
    const versionUnder = (settings: ThresholdsByName) => {
      const found = makeFrameDecoder(settings).decode(PIR, 102, STILL);
      return found.ok ? found.decoderVersion : '';
    };
    const [plain, five, six] = [{}, { [PIR]: { vacantAfterMin: 5 } }, { [PIR]: { vacantAfterMin: 6 } }].map(
      (settings) => versionUnder(settings),
    );
    expect(plain).toBe('1');
    expect(five).toMatch(/^1\+[0-9a-f]{8}$/);
    expect(new Set([plain, five, six]).size).toBe(3);
  });

  it.each([
    [{ [PIR]: { vacantAfterMin: 5 }, [EUI]: { vacantAfterMin: 5 } }, []],
    [
      { 'browan-tbms10': { vacantAfterMin: 5 } },
      ['browan-tbms10: neither a device type nor the EUI of a device'],
    ],
    [{ [PIR]: { vacantAfter: 5 } }, [`${PIR}: vacantAfter: no such threshold`]],
    [{ 'nwave-nps405': { vacantAfterMin: 5 } }, ['nwave-nps405: nwave-nps405 has no thresholds']],
    [{ [EUI]: { kind: 5 } }, [`${EUI}: no threshold kind`]],
  ])('are looked through at the start: %j', (settings, mistakes) => {
    expect(thresholdMistakes(settings)).toEqual(mistakes);
  });
});

describe('a frame', () => {
  it('of a type that nobody knows is refused', () => {
    expect(frameDecoder.decode('no-such-type', 1, STILL)).toEqual({
      ok: false,
      code: 'unknown-device-type',
      detail: 'no-such-type',
    });
  });

  it('keeps the decoder’s own words where it cannot be decoded', () => {
    expect(frameDecoder.decode(PIR, 1, STILL)).toMatchObject({ ok: false, code: 'unknown-f-port' });
  });
});
