import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decoded, decodeErrorCodes, readingOf } from '../../../adapters/lorawan/decoder.ts';
import { type DeviceType, type SimulatedReading } from '../../../adapters/lorawan/device-type.ts';
import { deviceTypes } from '../../../adapters/lorawan/device-types.ts';

const anyPort = fc.oneof(
  fc.constant(null),
  fc.integer({ min: 0, max: 12 }),
  fc.integer({ min: 0, max: 255 }),
  fc.double(),
);
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.uint8Array({ maxLength: 255 }),
  fc.tuple(fc.uint8Array({ maxLength: 20 })).map(([tail]) => Uint8Array.of(0x10, ...tail)),
);
const simulated: fc.Arbitrary<SimulatedReading> = fc.record(
  {
    kind: fc.constantFrom('status', 'heartbeat'),
    occupied: fc.boolean(),
    batteryMv: fc.integer({ min: 0, max: 9900 }),
    temperatureDeciC: fc.integer({ min: -2000, max: 2000 }),
    previousDurationMin: fc.integer({ min: 0, max: 3000 }),
    sequence: fc.nat(),
  },
  { requiredKeys: ['kind', 'occupied'] },
);

describe.each(deviceTypes)('decoder of $id', (type) => {
  it('never throws, and what it reads is whole numbers', () => {
    fc.assert(
      fc.property(anyPort, anyBytes, (fPort, bytes) => expectSound(type.decode(fPort, bytes))),
      { numRuns: 2000 },
    );
  });

  it('gives the same answer twice and leaves the bytes alone', () => {
    fc.assert(
      fc.property(anyPort, anyBytes, (fPort, bytes) => {
        const before = Uint8Array.from(bytes);
        expect(type.decode(fPort, bytes)).toEqual(type.decode(fPort, before));
        expect(bytes).toEqual(before);
      }),
    );
  });

  it('reads back the occupancy and the kind that a simulated sensor sends', () => {
    fc.assert(fc.property(simulated, (reading) => expectReadBack(type, reading)));
  });
});

function expectSound(found: Decoded): void {
  if (!found.ok) {
    expect(decodeErrorCodes).toContain(found.error.code);
    return;
  }
  const { batteryMv, temperatureDeciC, previousStateS } = readingOf(found.message);
  const numbers = [batteryMv, temperatureDeciC, previousStateS?.durationS, previousStateS?.errorS];
  for (const number of numbers) expect(number ?? 0).toSatisfy(Number.isSafeInteger);
}

function expectReadBack(type: DeviceType, reading: SimulatedReading): void {
  const frame = type.encodeUplink?.(reading);
  if (frame === undefined) throw new Error(`${type.id} cannot be simulated`);
  const found = type.decode(frame.fPort, frame.bytes);
  if (!found.ok) throw new Error(found.error.detail);
  const { occupancy, messageKind } = readingOf(found.message);
  const silent = type.kind === 'binary-sensor' && reading.kind === 'heartbeat';
  expect(occupancy).toBe(silent ? null : reading.occupied ? 'OCCUPIED' : 'VACANT');
  expect(messageKind).toBe(
    type.kind === 'binary-sensor' && reading.kind === 'status' ? 'binary' : reading.kind,
  );
}
