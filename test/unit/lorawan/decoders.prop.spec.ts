import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decoded, decodeErrorCodes } from '../../../adapters/lorawan/decoder.ts';
import { type DeviceType, type SimulatedReading } from '../../../adapters/lorawan/device-type.ts';
import { deviceTypes } from '../../../adapters/lorawan/device-types.ts';
import { type Light } from '../../../adapters/lorawan/display-light.ts';
import { readingOf } from '../../../adapters/lorawan/reading.ts';

const anyLight: fc.Arbitrary<Light> = fc.record({
  red: fc.double(),
  green: fc.double(),
  blue: fc.double(),
  onMs: fc.double(),
  offMs: fc.double(),
});
const anyPort = fc.oneof(
  fc.constant(null),
  fc.integer({ min: 0, max: 12 }),
  fc.constantFrom(15, 85, 102, 204, 222),
  fc.integer({ min: 0, max: 255 }),
  fc.double(),
);
/** Rows of [channel][type][data], so that devices built that way are read beyond their first byte. */
const anyItems = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        0x01,
        0x02,
        0x03,
        0x04,
        0x05,
        0x15,
        0x20,
        0x21,
        0x37,
        0x83,
        0x84,
        0x94,
        0xb4,
        0xfe,
        0xff,
      ),
      fc.constantFrom(0x00, 0x01, 0x02, 0x66, 0x67, 0x75, 0x82, 0xce, 0xff),
      fc.uint8Array({ maxLength: 3 }),
    ),
    { maxLength: 6 },
  )
  .map((items) => Uint8Array.from(items.flatMap(([channel, type, data]) => [channel, type, ...data])));
const anyBytes = fc.oneof(
  anyItems,
  fc.uint8Array({ maxLength: 20 }),
  fc.uint8Array({ maxLength: 255 }),
  fc.tuple(fc.uint8Array({ maxLength: 20 })).map(([tail]) => Uint8Array.of(0x10, ...tail)),
);
/** Devices with much around a message refuse nearly all other bytes at once: so a good frame is spoiled instead. */
const anyDamage = fc.record({
  at: fc.nat({ max: 255 }),
  value: fc.integer({ min: 0, max: 255 }),
  length: fc.nat({ max: 30 }),
});
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
      fc.property(anyPort, anyBytes, (fPort, bytes) => expectSound(type, type.decode(fPort, bytes))),
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
});

describe.each(deviceTypes.filter(({ encodeUplink }) => encodeUplink))('simulated $id', (type) => {
  it('is read back with the occupancy and the kind that were sent', () => {
    fc.assert(fc.property(simulated, (reading) => expectReadBack(type, reading)));
  });

  it('is sound with some of its bytes changed, cut or more of them', () => {
    fc.assert(
      fc.property(simulated, anyDamage, (reading, { at, value, length }) => {
        const { fPort, bytes } = type.encodeUplink?.(reading) ?? { fPort: 0, bytes: new Uint8Array() };
        const damaged = Uint8Array.from({ length }, (_, index) => bytes[index] ?? 0);
        const one = at % Math.max(1, bytes.length);
        expectSound(type, type.decode(fPort, damaged));
        expectSound(type, type.decode(fPort, bytes.with(one, value)));
      }),
      { numRuns: 1000 },
    );
  });
});

describe.each(deviceTypes.filter(({ light }) => light))('display $id', (type) => {
  it('sends any light in bytes, and finds none where no frame speaks of one', () => {
    fc.assert(fc.property(anyLight, (light) => expectShowable(type, light)));
    expect(type.light?.shown({ kind: 'status' })).toBeNull();
  });
});

function expectSound(type: DeviceType, found: Decoded): void {
  if (!found.ok) {
    expect(decodeErrorCodes).toContain(found.error.code);
    return;
  }
  const { batteryMv, batteryPct, counter, distanceMm, previousStateS, temperatureDeciC } = readingOf(
    found.message,
    type,
  );
  const numbers = [
    batteryMv,
    batteryPct,
    counter?.value,
    distanceMm,
    previousStateS?.durationS,
    previousStateS?.errorS,
    temperatureDeciC,
  ];
  for (const number of numbers) expect(number ?? 0).toSatisfy(Number.isSafeInteger);
}

function expectReadBack(type: DeviceType, reading: SimulatedReading): void {
  const frame = type.encodeUplink?.(reading);
  if (frame === undefined) throw new Error(`${type.id} cannot be simulated`);
  const found = type.decode(frame.fPort, frame.bytes);
  if (!found.ok) throw new Error(found.error.detail);
  const { occupancy, messageKind } = readingOf(found.message, type);
  // A sign of life of a door sensor need not repeat the state of the contact.
  const silent = type.kind === 'binary-sensor' && messageKind === 'heartbeat';
  expect(occupancy).toBe(silent ? null : reading.occupied ? 'OCCUPIED' : 'VACANT');
  expect(kindsOf(type, reading)).toContain(messageKind);
}

/** Some devices have one message for everything, sent at changes and regularly. */
function kindsOf({ kind }: DeviceType, reading: SimulatedReading): readonly string[] {
  if (kind === 'bay-sensor' || kind === 'occupancy-sensor') return [reading.kind, 'status', 'telemetry'];
  if (kind === 'distance-sensor') return ['distance'];
  return reading.kind === 'status' ? ['binary'] : ['binary', 'heartbeat'];
}

function expectShowable(type: DeviceType, light: Light): void {
  const downlink = type.light?.show(light);
  if (downlink === undefined) throw new Error(`${type.id} shows no light`);
  expect(downlink.fPort).toSatisfy((port: number) => Number.isInteger(port) && port > 0 && port < 224);
  expect(downlink.bytes.length).toBeGreaterThan(0);
}
