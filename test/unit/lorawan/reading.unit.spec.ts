import { describe, expect, it } from 'vitest';
import { type CanonicalMessage } from '../../../adapters/lorawan/decoder.ts';
import { readingOf } from '../../../adapters/lorawan/reading.ts';
import { type SensorReading } from '../../../application/ports/frame-decoder.ts';

const nothing: SensorReading = {
  occupancy: null,
  messageKind: 'telemetry',
  batteryMv: null,
  temperatureDeciC: null,
  previousStateS: null,
  firmware: null,
  resetCause: null,
  tamper: null,
};

const cases: readonly (readonly [string, CanonicalMessage, Partial<SensorReading>])[] = [
  ['nothing sent is null', { kind: 'telemetry' }, {}],
  ['occupied', { kind: 'status', occupied: true }, { messageKind: 'status', occupancy: 'OCCUPIED' }],
  ['vacant', { kind: 'status', occupied: false }, { messageKind: 'status', occupancy: 'VACANT' }],
  ['open is occupied', { kind: 'binary', open: true }, { messageKind: 'binary', occupancy: 'OCCUPIED' }],
  ['closed is vacant', { kind: 'binary', open: false }, { messageKind: 'binary', occupancy: 'VACANT' }],
  [
    'tamper says nothing of the bay',
    { kind: 'tamper', tamper: true },
    { messageKind: 'tamper', tamper: true },
  ],
  ['no tamper is not unknown', { kind: 'tamper', tamper: false }, { messageKind: 'tamper', tamper: false }],
  ['volts to millivolts', { kind: 'telemetry', batteryV: 3.344 }, { batteryMv: 3344 }],
  ['0 V is a value', { kind: 'telemetry', batteryV: 0 }, { batteryMv: 0 }],
  ['degrees to tenths', { kind: 'telemetry', temperatureC: -10.5 }, { temperatureDeciC: -105 }],
  [
    'minutes to seconds',
    { kind: 'telemetry', previousDurationMin: 90, previousDurationErrorMin: 4 },
    { previousStateS: { durationS: 5400, errorS: 240 } },
  ],
  [
    'exact minutes',
    { kind: 'telemetry', previousDurationMin: 0, previousDurationErrorMin: 0 },
    { previousStateS: { durationS: 0, errorS: 0 } },
  ],
  [
    '"at least" has no bound',
    { kind: 'telemetry', previousDurationMin: 660, previousDurationErrorMin: null },
    { previousStateS: { durationS: 39_600, errorS: null } },
  ],
  [
    'start-up',
    { kind: 'startup', occupied: true, firmware: '2.4.9', resetCause: 'power_on' },
    { messageKind: 'startup', occupancy: 'OCCUPIED', firmware: '2.4.9', resetCause: 'power_on' },
  ],
];

const parked: CanonicalMessage = { kind: 'status', occupied: true };
const left: CanonicalMessage = { kind: 'status', occupied: false };
const loopCounter = { field: 'sequence', counts: 'frames', modulus: 256 } as const;
const near = { kind: 'distance', blindBelowMm: 250, occupiedBelowMm: 1200, vacantFromMm: 1500 } as const;

describe('a frame of several messages', () => {
  it('says the last state, and that the one before was there for an unknown time', () => {
    expect(readingOf({ kind: 'multi', items: [left, parked] })).toEqual({
      ...nothing,
      messageKind: 'status',
      occupancy: 'OCCUPIED',
      previousStateS: { durationS: 0, errorS: null },
    });
  });

  it('says nothing of a state before that is the same', () => {
    const reading = readingOf({ kind: 'multi', items: [parked, left, left] });
    expect(reading).toMatchObject({ occupancy: 'VACANT', previousStateS: null });
  });

  it('is of the kind of the message that tells the state, whatever else is in it', () => {
    const items: CanonicalMessage[] = [
      { kind: 'telemetry', batteryV: 3.5 },
      { kind: 'heartbeat', occupied: true },
      { kind: 'telemetry', temperatureC: -4.5 },
    ];
    expect(readingOf({ kind: 'multi', items })).toEqual({
      ...nothing,
      messageKind: 'heartbeat',
      occupancy: 'OCCUPIED',
      batteryMv: 3500,
      temperatureDeciC: -45,
    });
  });

  it('without a state says nothing of the bay', () => {
    const items: CanonicalMessage[] = [{ kind: 'telemetry', batteryV: 3.5 }, { kind: 'startup' }];
    expect(readingOf({ kind: 'multi', items })).toMatchObject({ messageKind: 'multi', occupancy: null });
  });
});

describe('with a device type', () => {
  it('a distance is a state', () => {
    const reading = readingOf({ kind: 'distance', distanceMm: 400 }, { thresholds: near });
    expect(reading).toEqual({ ...nothing, messageKind: 'distance', occupancy: 'OCCUPIED', distanceMm: 400 });
  });

  it('no echo is no state, and is not "not measured"', () => {
    const reading = readingOf({ kind: 'distance', distanceMm: null }, { thresholds: near });
    expect(reading).toEqual({ ...nothing, messageKind: 'distance', distanceMm: null });
  });

  it('the device’s own word goes over a distance', () => {
    const message: CanonicalMessage = { kind: 'status', occupied: false, distanceMm: 400 };
    expect(readingOf(message, { thresholds: near }).occupancy).toBe('VACANT');
  });

  it('a short pause between movements is no departure', () => {
    const thresholds = { kind: 'motion', vacantAfterMin: 10 } as const;
    expect(readingOf({ ...left, sinceLastEventMin: 3 }, { thresholds }).occupancy).toBeNull();
    expect(readingOf({ ...left, sinceLastEventMin: 10 }, { thresholds }).occupancy).toBe('VACANT');
  });

  it('a counter of its payload is kept with how it wraps', () => {
    const reading = readingOf({ ...parked, sequence: 255 }, { counter: loopCounter });
    expect(reading.counter).toEqual({ value: 255, modulus: 256, counts: 'frames' });
    expect(readingOf(parked, { counter: loopCounter })).not.toHaveProperty('counter');
    expect(readingOf({ ...parked, sequence: 255 })).not.toHaveProperty('counter');
  });

  it('percent and the device’s own "battery low" are kept', () => {
    const message: CanonicalMessage = { kind: 'telemetry', batteryPct: 12.6, batteryLow: false };
    expect(readingOf(message)).toEqual({ ...nothing, batteryPct: 13, batteryLow: false });
  });
});

describe('readingOf', () => {
  it.each(cases)('%s', (_name, message, expected) => {
    expect(readingOf(message)).toEqual({ ...nothing, ...expected });
  });
});
