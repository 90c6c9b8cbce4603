import { type CanonicalMessage, decoded, type Decoded, refused } from '../decoder.ts';
import { clamp, DAY_S, type DeviceType, type SimulatedReading, type UplinkFrame } from '../device-type.ts';
import {
  layout,
  type MessageLayout,
  opaque,
  readMessage,
  unknownPort,
  viewOf,
  wrongLength,
} from '../layout.ts';

const PROTOCOL_VERSION = 1;
const SUPERVISORY = 0x01;
const DOOR = 0x03;

/** The counter of byte 0 is given where the state or the health of the sensor is: that is where a loss matters. */
function sequenceOf(view: DataView): number {
  return view.getUint8(0) & 0x0f;
}

/** Byte 2 is 0 or 1. Anything else is no state, and guessing one would open or close a stay. */
function oneOrZero(lengths: readonly number[], message: (view: DataView, bit: boolean) => CanonicalMessage) {
  return {
    lengths,
    read(view: DataView): Decoded {
      const value = view.getUint8(2);
      if (value > 1) return refused('reserved-value', `byte 2 is ${value}, expected 0 or 1`);
      return decoded(message(view, value === 1));
    },
  } satisfies MessageLayout;
}

/**
 * The battery comes from byte 4, two decimal digits (0x31 = 3.1 V). The flags of byte 2 are left alone: two published
 * descriptions disagree about their order. Digits above 9 are no voltage, but the sensor is alive all the same.
 */
function supervisory(view: DataView): CanonicalMessage {
  const volts = view.getUint8(4) >> 4;
  const tenths = view.getUint8(4) & 0x0f;
  const heartbeat = { kind: 'heartbeat', sequence: sequenceOf(view) } as const;
  return volts > 9 || tenths > 9 ? heartbeat : { ...heartbeat, batteryV: (volts * 10 + tenths) / 10 };
}

/** Bit 15 tells the new form (5 bits each of major, minor, build) from the old one (a byte each of major, minor). */
function firmwareOf(word: number): string {
  if ((word & 0x8000) === 0) return `${word >> 8}.${word & 0xff}`;
  return `${(word >> 10) & 0x1f}.${(word >> 5) & 0x1f}.${word & 0x1f}`;
}

const messages: ReadonlyMap<number, MessageLayout> = new Map([
  [0x00, layout([8], (view) => ({ kind: 'startup', firmware: firmwareOf(view.getUint16(4)) }))],
  [SUPERVISORY, layout([11], supervisory)],
  [0x02, oneOrZero([3], (_view, tamper) => ({ kind: 'tamper', tamper }))],
  [DOOR, oneOrZero([3], (view, open) => ({ kind: 'binary', open, sequence: sequenceOf(view) }))],
  [0x10, layout([5], (view) => ({ kind: 'distance', distanceMm: view.getUint16(3) }))],
  [0xfb, opaque('telemetry', [5])],
  [0xff, opaque('ack', [3, 4, 5, 6, 7, 8, 9, 10, 11])],
]);

/** Byte 1, not the port, says what a message is; a port is unknown only when it is none of the device's own. */
function decode(fPort: number | null, bytes: Uint8Array): Decoded {
  if (fPort !== null && fPort !== 1 && fPort !== 2) return unknownPort(fPort);
  const view = viewOf(bytes);
  const headless = wrongLength('any', view.byteLength);
  if (headless !== null) return headless;
  const version = view.getUint8(0) >> 4;
  if (version !== PROTOCOL_VERSION) return refused('unsupported-version', `protocol version ${version}`);
  if (view.byteLength === 1) return refused('payload-too-short', 'the message type is missing');
  const type = view.getUint8(1);
  const found = messages.get(type);
  return found === undefined
    ? refused('unknown-message-type', `no message type 0x${type.toString(16).padStart(2, '0')}`)
    : readMessage(found, view);
}

/** A supervisory message does not repeat the state of the contact: a heartbeat of this device is only a sign of life. */
function encodeUplink({ kind, occupied, batteryMv = 3100, sequence = 0 }: SimulatedReading): UplinkFrame {
  const head = (PROTOCOL_VERSION << 4) | (sequence & 0x0f);
  if (kind === 'status') return { fPort: 2, bytes: Uint8Array.of(head, DOOR, occupied ? 1 : 0) };
  const tenths = clamp(batteryMv / 100, 0, 99);
  const battery = (Math.floor(tenths / 10) << 4) | (tenths % 10);
  return { fPort: 2, bytes: Uint8Array.of(head, SUPERVISORY, 0, 0, battery, 0, 0, 0, 0, 0, 0) };
}

/**
 * The supervisory interval is one day: in a recorded week of seven sensors, supervisory messages of a device are 1,440
 * minutes apart to within a minute (a busy door: 1,484), or a multiple of that where one was lost.
 */
export const radiobridgeRbs301Dws: DeviceType = {
  id: 'radiobridge-rbs301-dws',
  vendor: 'Radio Bridge / MultiTech',
  model: 'RBS301-DWS door/window',
  kind: 'binary-sensor',
  firmware: 'any',
  aliases: ['rbs301-dws'],
  heartbeatS: DAY_S,
  decoderVersion: '1',
  decode,
  encodeUplink,
};
