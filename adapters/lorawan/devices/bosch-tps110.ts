/** What the three firmware lines of the Bosch TPS110 have in common: ports 1 to 3. Single bytes throughout. */
import { type CanonicalMessage } from '../decoder.ts';
import { clamp, DAY_S, type DeviceType, type SimulatedReading, type UplinkFrame } from '../device-type.ts';
import { bitZero, layout, type MessageLayout } from '../layout.ts';

const FIRMWARE = 12;
const RESET_CAUSE = 15;
const STATE = 16;

/** Up to firmware 0.29. The list grew in 0.39, where 4 is no longer "other". */
export const earlyResetCauses: readonly string[] = ['', 'watchdog', 'power_on', 'system_request', 'other'];

export const boschTps110 = {
  vendor: 'Bosch',
  model: 'Parking Lot Sensor TPS110',
  kind: 'bay-sensor',
  heartbeatS: DAY_S,
} as const satisfies Partial<DeviceType>;

export const statusLayout = layout([1], (view) => ({ kind: 'status', occupied: bitZero(view.getUint8(0)) }));

/** Before 0.29 the heartbeat has no room for a temperature. */
export const bareHeartbeatLayout = layout([1], heartbeat);
export const heartbeatLayout = layout([1, 2], heartbeat);

function heartbeat(view: DataView): CanonicalMessage {
  const occupied = bitZero(view.getUint8(0));
  if (view.byteLength < 2) return { kind: 'heartbeat', occupied };
  return { kind: 'heartbeat', occupied, temperatureC: view.getInt8(1) };
}

/** A cause outside the list is kept as `unknown`: the bay's state in the same frame is too good to throw away. */
export function startupLayout(resetCauses: readonly string[]): MessageLayout {
  return layout([17], (view) => ({
    kind: 'startup',
    occupied: bitZero(view.getUint8(STATE)),
    firmware: firmwareAt(view, FIRMWARE),
    resetCause: resetCauses[view.getUint8(RESET_CAUSE)] || 'unknown',
  }));
}

/**
 * Firmware lines differ in byte order (0.23 sends 03 17 00, 0.29 sends 00 1d 02), and an update in the field does not
 * change the registered type. Every released version begins with 0, so the end that holds 0 is the beginning.
 */
export function firmwareAt(view: DataView, offset: number): string {
  const numbers = [view.getUint8(offset), view.getUint8(offset + 1), view.getUint8(offset + 2)];
  return (numbers[2] === 0 ? numbers.reverse() : numbers).join('.');
}

export function encodeBareUplink({ kind, occupied }: SimulatedReading): UplinkFrame {
  return { fPort: kind === 'status' ? 1 : 2, bytes: Uint8Array.of(occupied ? 1 : 0) };
}

export function encodeUplink(reading: SimulatedReading): UplinkFrame {
  const { kind, occupied, temperatureDeciC } = reading;
  if (kind === 'status' || temperatureDeciC === undefined) return encodeBareUplink(reading);
  return { fPort: 2, bytes: Uint8Array.of(occupied ? 1 : 0, clamp(temperatureDeciC / 10, -128, 127)) };
}
