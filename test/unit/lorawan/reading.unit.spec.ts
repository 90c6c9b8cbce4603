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

describe('readingOf', () => {
  it.each(cases)('%s', (_name, message, expected) => {
    expect(readingOf(message)).toEqual({ ...nothing, ...expected });
  });
});
