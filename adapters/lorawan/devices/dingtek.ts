/** What the three Dingtek detectors have in common: the frame around a message, and the first part of the telemetry. */
import { type CanonicalMessage, type Decoded, refused } from '../decoder.ts';
import { clamp, DAY_S, type DeviceType, type SimulatedReading, type UplinkFrame } from '../device-type.ts';
import { decoderByPort, type MessageLayout, readMessage, wrongLength } from '../layout.ts';

const PORT = 3;
const HEAD = [0x80, 0x00] as const;
const END = 0x81;
const PARAMETERS = 3;
/** Head, device type, data type, length; the end mark. */
const SHORTEST = 6;

/**
 * Once a day, as the published parameters of all three say (upload interval 0x18 = 24 h, of 1 to 168 that it can be set
 * to). Nearer deadlines would make a bay unknown for most of the day.
 */
export const dingtek = {
  vendor: 'Dingtek',
  kind: 'bay-sensor',
  firmware: '1.x',
  heartbeatS: DAY_S,
} as const satisfies Partial<DeviceType>;

export interface DingtekLayout {
  /** Byte 2 of every frame. */
  readonly deviceType: number;
  /** Data types 1 and 2, which are laid out alike: why there are two is not published. */
  readonly telemetry: MessageLayout;
  /** Data type 3. */
  readonly parameters: MessageLayout;
}

/**
 * A frame says twice how long it is, by its length byte and by its end mark, and whose it is. All must agree: a frame of
 * a sister model has the same alarms in the same places, but not the same length and not the same sensors behind them.
 */
export function dingtekDecoder({ deviceType, telemetry, parameters }: DingtekLayout): DeviceType['decode'] {
  return decoderByPort(new Map([[PORT, { lengths: 'any', read: readFrame }]]));

  function readFrame(view: DataView): Decoded {
    if (view.byteLength < SHORTEST)
      return refused('payload-too-short', `a frame has ${SHORTEST} bytes or more`);
    const found = [view.getUint8(0), view.getUint8(1)];
    if (found[0] !== HEAD[0] || found[1] !== HEAD[1])
      return refused('unknown-message-type', 'not a frame of Dingtek');
    if (view.getUint8(2) !== deviceType) {
      return refused('unknown-message-type', `of device type ${view.getUint8(2)}, expected ${deviceType}`);
    }
    const message = messageOf(view.getUint8(3));
    if (message === null) return refused('unknown-message-type', `no data type ${view.getUint8(3)}`);
    return misfit(view, message) ?? readMessage(message, view);
  }

  function messageOf(dataType: number): MessageLayout | null {
    if (dataType === 1 || dataType === 2) return telemetry;
    return dataType === PARAMETERS ? parameters : null;
  }
}

function misfit(view: DataView, { lengths }: MessageLayout): Decoded | null {
  const wrong = wrongLength(lengths, view.byteLength) ?? wrongLength([view.getUint8(4)], view.byteLength);
  if (wrong !== null) return wrong;
  const end = view.getUint8(view.byteLength - 1);
  return end === END ? null : refused('reserved-value', `byte ${end} where the end mark should be`);
}

/**
 * The alarms of bytes 7 and 8, a nibble each, and the battery. The device decides by itself, from level and magnet
 * together: its park alarm is the state, whatever the level is. No published frame has it set; every description calls
 * the nibble "park alarm", so 1 there is a car, and any value above is none that is known. The level and magnet alarms
 * are how it decided, and the axes are raw; none of them is given.
 */
export function alarmsOf(view: DataView) {
  const park = view.getUint8(7) >> 4;
  if (park > 1) return refused('reserved-value', `park alarm is ${park}, expected 0 or 1`);
  return {
    kind: 'telemetry',
    occupied: park === 1,
    batteryV: view.getUint16(9) / 100,
    batteryLow: (view.getUint8(8) & 0x0f) !== 0,
  } as const satisfies CanonicalMessage;
}

/** Firmware is the only parameter that anyone here asks for. `00 0b` is 0.11: decimal, as published. */
export function parametersOf(view: DataView): CanonicalMessage {
  return { kind: 'config', firmware: `${view.getUint8(5)}.${view.getUint8(6)}` };
}

/** A frame with its alarms and battery; the level and the axes stay 0. */
export function frameOf(deviceType: number, length: number, reading: SimulatedReading): Uint8Array {
  const bytes = new Uint8Array(length);
  const battery = clamp((reading.batteryMv ?? 3600) / 10, 0, 0xffff);
  bytes.set([...HEAD, deviceType, 1, length]);
  bytes[7] = reading.occupied ? 0x10 : 0;
  bytes.set([battery >> 8, battery & 0xff], 9);
  bytes[length - 1] = END;
  return bytes;
}

export function onPort(bytes: Uint8Array): UplinkFrame {
  return { fPort: PORT, bytes };
}
