import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChirpstack } from '../../../adapters/lorawan/chirpstack.ts';

const kind = fc.constantFrom('up', 'join', 'status', 'log', 'anything');
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('', '7894e80100002501', 'EAMB', '0006b231'),
);

/** Bodies that look right from afar: the keys that are read, with anything in them, or nothing. */
const nearly = fc.record(
  {
    deduplicationId: value,
    time: value,
    devAddr: value,
    fCnt: value,
    fPort: value,
    data: value,
    joinServerContext: value,
    rxInfo: fc.oneof(value, fc.array(fc.record({ gwTime: value, nsTime: value, rssi: value, snr: value }))),
    deviceInfo: fc.oneof(
      value,
      fc.record({ devEui: value, tags: value, deviceName: value }, { requiredKeys: [] }),
    ),
  },
  { requiredKeys: [] },
);

describe('any JSON value', () => {
  it('is a message or a rejection, never an exception', () => {
    fc.assert(
      fc.property(kind, fc.oneof(fc.jsonValue(), nearly), (event, body) => {
        const reading = readChirpstack(event, body);
        if (reading.ok) expect(reading.message.devEui ?? '0'.repeat(16)).toMatch(/^[0-9a-f]{16}$/);
        else expect(reading.rejection.errors).not.toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['{"__proto__": 1}', '{"deviceInfo": {"devEui": "7894e80100002501", "tags": {"__proto__": "x"}}}'])(
    'with the key of a prototype: %s',
    (text) => {
      readChirpstack('up', JSON.parse(text));
      expect(Object.prototype).not.toHaveProperty('x');
    },
  );

  it('however deep', () => {
    const deep = '{"joinServerContext":' + '['.repeat(5000) + ']'.repeat(5000) + '}';
    expect(readChirpstack('up', JSON.parse(deep)).ok).toBe(false);
  });
});
