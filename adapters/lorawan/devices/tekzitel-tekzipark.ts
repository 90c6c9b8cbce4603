import { type CanonicalMessage, decoded, refused } from '../decoder.ts';
import { clamp, HOUR_S, type DeviceType, type SimulatedReading, type UplinkFrame } from '../device-type.ts';
import { decoderByPort, layout, type MessageLayout } from '../layout.ts';

const OCCUPIED = 0x80;
const BATTERY_GOOD = 0x20;
const DETECTED_BY_RADAR = 0x08;
const AFTER_RESET = 0x02;
const KEEP_ALIVE = 0x01;

const STATE_BYTES = 3;
/** The longest payload that LoRaWAN carries anywhere. */
const MAX_BYTES = 242;

/** Keep-alive first: one that is also marked "after reset" is a regular message all the same, and tells of no change. */
function kindOf(flags: number): CanonicalMessage['kind'] {
  if ((flags & KEEP_ALIVE) !== 0) return 'heartbeat';
  return (flags & AFTER_RESET) !== 0 ? 'startup' : 'status';
}

function stateOf(view: DataView) {
  const flags = view.getUint8(0);
  return {
    occupied: (flags & OCCUPIED) !== 0,
    batteryLow: (flags & BATTERY_GOOD) === 0,
    temperatureC: view.getInt8(1),
    sequence: view.getUint8(2),
  };
}

/** After the state come, or do not come, a signal strength and then whole beacon ids of two bytes each. */
const state: MessageLayout = {
  lengths: 'any',
  read(view) {
    const { byteLength } = view;
    if (byteLength > MAX_BYTES) return refused('payload-too-long', `expected at most ${MAX_BYTES} bytes`);
    if (byteLength < STATE_BYTES)
      return refused('payload-too-short', `expected ${STATE_BYTES} bytes at least, found ${byteLength}`);
    if (byteLength > STATE_BYTES && byteLength % 2 === 1)
      return refused('payload-too-short', 'the last beacon id is cut');
    return decoded({ kind: kindOf(view.getUint8(0)), ...stateOf(view) });
  },
};

function encodeUplink(reading: SimulatedReading): UplinkFrame {
  const { kind, occupied, temperatureDeciC = 200, sequence = 0 } = reading;
  const flags =
    (occupied ? OCCUPIED : 0) | BATTERY_GOOD | DETECTED_BY_RADAR | (kind === 'heartbeat' ? KEEP_ALIVE : 0);
  return { fPort: 1, bytes: Uint8Array.of(flags, clamp(temperatureDeciC / 10, -128, 127), sequence & 0xff) };
}

/** The parking id (byte 2) steps with every arrival and departure, so it shows lost ones that frame counters do not. */
export const tekzitelTekzipark: DeviceType = {
  id: 'tekzitel-tekzipark',
  vendor: 'Tekzitel',
  model: 'TEKZIPARK',
  kind: 'bay-sensor',
  firmware: '1.0',
  aliases: ['Tekzitel TEKZIPARK', 'TEKZIPARK'],
  heartbeatS: 3 * HOUR_S,
  decoderVersion: '1',
  counter: { field: 'sequence', counts: 'events', modulus: 256 },
  decode: decoderByPort(
    new Map([
      [1, state],
      [2, layout([12], (view) => ({ kind: 'debug', ...stateOf(view) }))],
    ]),
  ),
  encodeUplink,
};
