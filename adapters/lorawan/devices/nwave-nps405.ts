import { type CanonicalMessage } from '../decoder.ts';
import { clamp, DAY_S, type DeviceType, type SimulatedReading, type UplinkFrame } from '../device-type.ts';
import { bitZero, decoderByPort, layout, opaque } from '../layout.ts';

const BATTERY_BASE_MV = 2500;
const BATTERY_STEP_MV = 4;

const resetCauses = ['rejoin', 'watchdog', 'power_on', 'user_request', '', '', 'brown_out', 'other'] as const;

/**
 * Length of the state before, in seven bits: exact below 90 min, then in coarser and coarser steps. It lets the server
 * put a lost status message back in its place (rule U5), so the error is as important as the value.
 */
export function durationOfCode(code: number) {
  if (code < 90) return { previousDurationMin: code, previousDurationErrorMin: 0 };
  if (code < 120) return { previousDurationMin: 90 + (code - 90) * 5, previousDurationErrorMin: 4 };
  if (code < 127) return { previousDurationMin: 240 + (code - 120) * 60, previousDurationErrorMin: 59 };
  return { previousDurationMin: 660, previousDurationErrorMin: null };
}

/** The code of the longest duration that is not longer than this one. */
export function codeOfDuration(minutes: number): number {
  const whole = clamp(Math.floor(minutes), 0, 660);
  if (whole < 90) return whole;
  if (whole < 240) return 90 + Math.floor((whole - 90) / 5);
  return 120 + Math.floor((whole - 240) / 60);
}

/** Byte 0 of a status: bit 0 is the state now, bits 7..1 the duration. A reformatted copy of the codec has them swapped. */
function stateAndPast(view: DataView) {
  const first = view.getUint8(0);
  return { occupied: bitZero(first), ...durationOfCode(first >> 1) };
}

/** The one-byte form is of older firmware. */
function heartbeat(view: DataView): CanonicalMessage {
  const occupied = bitZero(view.getUint8(0));
  if (view.byteLength === 1) return { kind: 'heartbeat', occupied };
  return {
    kind: 'heartbeat',
    occupied,
    batteryV: (BATTERY_BASE_MV + BATTERY_STEP_MV * view.getUint8(1)) / 1000,
    temperatureC: view.getInt8(2) / 2 + 10,
  };
}

/** Six bytes carry the tag's own battery before its id; that is not the sensor's battery. */
function registration(view: DataView): CanonicalMessage {
  const tag = view.getUint32(view.byteLength - 4);
  return {
    kind: 'registration',
    ...stateAndPast(view),
    tagId: tag.toString(16).toUpperCase().padStart(8, '0'),
  };
}

const startup = layout([5], (view) => ({
  kind: 'startup',
  occupied: bitZero(view.getUint8(4)),
  firmware: `${view.getUint8(0)}.${view.getUint8(1)}.${view.getUint8(2)}`,
  resetCause: resetCauses[view.getUint8(3)] || 'unknown',
}));

function encodeUplink(reading: SimulatedReading): UplinkFrame {
  const state = reading.occupied ? 1 : 0;
  if (reading.kind === 'status') {
    const code = codeOfDuration(reading.previousDurationMin ?? 0);
    return { fPort: 1, bytes: Uint8Array.of((code << 1) | state) };
  }
  const battery = clamp(((reading.batteryMv ?? 3500) - BATTERY_BASE_MV) / BATTERY_STEP_MV, 0, 255);
  const temperature = clamp(((reading.temperatureDeciC ?? 200) - 100) / 5, -128, 127);
  const currentIn10Ua = 8;
  return {
    fPort: 2,
    bytes: Uint8Array.of(state, battery, temperature, temperature, temperature, currentIn10Ua),
  };
}

export const nwaveNps405: DeviceType = {
  id: 'nwave-nps405',
  vendor: 'Nwave',
  model: 'G4 Parking Sensor NPS-4.05 SM / FM',
  kind: 'bay-sensor',
  firmware: '2.4.x',
  aliases: ['Nwave NPS-4.05', 'Nwave NPS-4.05 SM', 'Nwave NPS-4.05 FM', 'Nwave G4 Parking Sensor'],
  heartbeatS: DAY_S,
  decoderVersion: '1',
  decode: decoderByPort(
    new Map([
      [1, layout([1], (view) => ({ kind: 'status', ...stateAndPast(view) }))],
      [2, layout([1, 6], heartbeat)],
      [3, startup],
      [6, opaque('debug')],
      [10, layout([5, 6], registration)],
    ]),
  ),
  encodeUplink,
};
