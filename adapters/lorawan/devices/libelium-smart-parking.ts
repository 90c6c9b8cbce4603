import { type CanonicalMessage, type Decoded, refused } from '../decoder.ts';
import { clamp, HOUR_S, type DeviceType, type SimulatedReading, type UplinkFrame } from '../device-type.ts';
import { layout, readMessage, unknownPort, viewOf, wrongLength } from '../layout.ts';

/** The length says which firmware it is: the port is not given in the manual, and the type of frame is the same. */
const V2_BYTES = 11;
const V1_BYTES = 12;
const LENGTHS = [V2_BYTES, V1_BYTES] as const;

const OCCUPIED = 0x80;
const BATTERY_LOW = 0x40;
const FRAME_TYPE = 0x0f;
const INFO = 0;
const KEEP_ALIVE = 1;

/** The first two bytes of every frame. */
function headOf(view: DataView) {
  const flags = view.getUint8(0);
  return {
    occupied: (flags & OCCUPIED) !== 0,
    batteryLow: (flags & BATTERY_LOW) !== 0,
    sequence: view.getUint8(1),
  };
}

/** Version 1 has a raw temperature, for which the manual gives no formula: it is left out. */
function info(view: DataView): CanonicalMessage {
  const head = { kind: 'status', ...headOf(view) } as const;
  return view.byteLength === V2_BYTES ? { ...head, temperatureC: view.getInt8(2) } : head;
}

/** Version 1 has one too, but its layout was not found: only the head counts. */
function keepAlive(view: DataView): CanonicalMessage {
  const head = { kind: 'heartbeat', ...headOf(view) } as const;
  return view.byteLength === V2_BYTES ? { ...head, temperatureC: view.getInt8(4) } : head;
}

/** Once a day at one o'clock, whatever happened: it tells of no change, so it is a heartbeat with figures of use. */
function dailyUpdate(view: DataView): CanonicalMessage {
  return { kind: 'heartbeat', ...headOf(view) };
}

/** Of a sensor in error the bay is not believed. What the error is was not found. */
function errorFrame(view: DataView): CanonicalMessage {
  const { batteryLow, sequence } = headOf(view);
  return { kind: 'debug', batteryLow, sequence };
}

/** The battery is measured at the start, and only version 1 is known to say so. */
function firstStart(view: DataView): CanonicalMessage {
  const head = { kind: 'startup', ...headOf(view) } as const;
  return view.byteLength === V1_BYTES ? { ...head, batteryV: view.getUint16(10) / 1000 } : head;
}

/** The firmware is a code, not a version: it is given as it is. */
function secondStart(view: DataView): CanonicalMessage {
  const head = { kind: 'startup', ...headOf(view) } as const;
  return view.byteLength === V1_BYTES ? { ...head, firmware: String(view.getUint8(2)) } : head;
}

const frames = [info, keepAlive, dailyUpdate, errorFrame, firstStart, secondStart] as const;

function decode(fPort: number | null, bytes: Uint8Array): Decoded {
  if (fPort !== null && !(fPort > 0 && fPort < 224)) return unknownPort(fPort);
  const view = viewOf(bytes);
  const misfit = wrongLength(LENGTHS, view.byteLength);
  if (misfit !== null) return misfit;
  const type = view.getUint8(0) & FRAME_TYPE;
  const frame = frames[type];
  return frame === undefined
    ? refused('unknown-message-type', `frame type ${type} is reserved`)
    : readMessage(layout(LENGTHS, frame), view);
}

/** As firmware version 2. Axes and clock stay 0: nothing here looks at them. */
function encodeUplink(reading: SimulatedReading): UplinkFrame {
  const { kind, occupied, temperatureDeciC = 200, sequence = 0 } = reading;
  const bytes = new Uint8Array(V2_BYTES);
  bytes[0] = (occupied ? OCCUPIED : 0) | (kind === 'status' ? INFO : KEEP_ALIVE);
  bytes[1] = sequence & 0xff;
  bytes[kind === 'status' ? 2 : 4] = clamp(temperatureDeciC / 10, -128, 127);
  return { fPort: 1, bytes };
}

/** Silence is counted from the longest keep-alive, three hours at night. A change at night may be ten minutes old. */
export const libeliumSmartParking: DeviceType = {
  id: 'libelium-smart-parking',
  vendor: 'Libelium',
  model: 'Plug & Sense! Smart Parking',
  kind: 'bay-sensor',
  firmware: 'v1.x (12-byte frames), v2.x/v3 (11-byte frames)',
  aliases: ['Libelium Smart Parking', 'Libelium Plug & Sense! Smart Parking'],
  heartbeatS: 3 * HOUR_S,
  decoderVersion: '1',
  counter: { field: 'sequence', counts: 'frames', modulus: 256 },
  decode,
  encodeUplink,
};
