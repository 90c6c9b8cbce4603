import { type CanonicalMessage, decoded, type Decoded, refused } from '../decoder.ts';
import { clamp, HOUR_S, type DeviceType, type SimulatedReading, type UplinkFrame } from '../device-type.ts';
import { decoderByPort } from '../layout.ts';
import { answerLengths, answersOnChannel } from './milesight-answers.ts';

/** A frame is a row of items [channel][type][data], values little-endian. Channel and type together say what follows. */
interface Item {
  readonly bytes: number;
  /** What it adds to the message. */
  read(data: DataView): Partial<CanonicalMessage>;
}

const PORT = 85;
const HISTORY = 0x20ce;
/** From here on a distance is none: EM410 reads it as below zero, and no model sees farther than 32 m anyway. */
const NO_DISTANCE_FROM = 0x8000;
const ALARM_RELEASED = 0;
const EXCEPTION_RELEASED = 0;

const read = (bytes: number, how: Item['read']): Item => ({ bytes, read: how });
/** Known by length only, so that what comes behind is found. */
const skip = (bytes: number): Item => ({ bytes, read: () => ({}) });

/** 0 is given as it came, as published; like everything in the blind zone it says nothing about the bay. */
function distanceOf(data: DataView): { readonly distanceMm: number | null } {
  const distanceMm = data.getUint16(0, true);
  return { distanceMm: distanceMm < NO_DISTANCE_FROM ? distanceMm : null };
}

function temperatureOf(data: DataView) {
  return { temperatureC: data.getInt16(0, true) / 10 };
}

/** The last byte: 0 released, 1 beyond a threshold, 2 changed too much at once. */
function alarmOf(data: DataView) {
  return { alarm: data.getUint8(data.byteLength - 1) !== ALARM_RELEASED };
}

function positionOf(data: DataView): Partial<CanonicalMessage> {
  const position = data.getUint8(0);
  return position > 1 ? {} : { tilted: position === 1 };
}

function batteryOf(data: DataView): Partial<CanonicalMessage> {
  const batteryPct = data.getUint8(0);
  return batteryPct > 100 ? {} : { batteryPct };
}

/** In the blind zone, no target, sensor broken: whatever the distance beside it, it is no measurement. */
function exceptionOf(data: DataView) {
  return data.getUint8(2) === EXCEPTION_RELEASED ? distanceOf(data) : { distanceMm: null };
}

/** Both numbers in hexadecimal digits: `01 10` is 1.10. */
function firmwareOf(data: DataView) {
  return { firmware: `${data.getUint8(0).toString(16)}.${data.getUint8(1).toString(16)}` };
}

const position = read(1, positionOf);
const distance = read(2, distanceOf);

/**
 * The models do not contradict each other: where one puts the distance on channel 3 (EM310, EM500), another has a
 * temperature of another type (EM400, EM410). So one decoder reads them all, and nobody has to know which one hangs there.
 */
const items: ReadonlyMap<number, Item> = new Map([
  [0x0175, read(1, batteryOf)],
  [0x01b9, skip(2)], // EM410: a voltage of unknown unit
  [0x0367, read(2, temperatureOf)],
  [0x0382, distance],
  [0x0482, distance],
  [0x0400, position],
  [0x0500, position],
  [0x06c7, skip(2)], // EM410: strength of the radar echo
  [0x0688, skip(9)], // EM400: location
  [0x8367, read(3, (data) => ({ ...temperatureOf(data), ...alarmOf(data) }))],
  [0x8482, read(3, (data) => ({ ...distanceOf(data), ...alarmOf(data) }))],
  [0x9482, read(5, (data) => ({ ...distanceOf(data), ...alarmOf(data) }))],
  [0xb482, read(3, exceptionOf)],
  [HISTORY, skip(6)], // at least: time and distance
  [0xff01, skip(1)],
  [0xff09, skip(2)],
  [0xff0a, read(2, firmwareOf)],
  [0xff0b, skip(1)],
  [0xff0f, skip(1)],
  [0xff16, skip(8)],
  [0xfffe, skip(1)],
  [0xffff, skip(2)],
]);

function readFrame(view: DataView): Decoded {
  let content: Partial<CanonicalMessage> = {};
  const names: number[] = [];
  for (let at = 0; at < view.byteLength;) {
    if (at + 2 > view.byteLength) return refused('payload-too-short', 'the last item has no type');
    const name = view.getUint16(at);
    names.push(name);
    const item = items.get(name) ?? answer(name);
    if (item === null) return refused('unknown-message-type', `no item ${hexOf(name)}`);
    if (at + 2 + item.bytes > view.byteLength) {
      return refused('payload-too-short', `item ${hexOf(name)} is cut`);
    }
    if (name === HISTORY) break;
    content = merged(content, item.read(new DataView(view.buffer, view.byteOffset + at + 2, item.bytes)));
    at += 2 + item.bytes;
  }
  return decoded({ kind: kindOf(content, names), ...content });
}

function hexOf(name: number): string {
  return `0x${name.toString(16).padStart(4, '0')}`;
}

function answer(name: number): Item | null {
  const bytes = answersOnChannel(name >> 8) ? answerLengths.get(name & 0xff) : undefined;
  return bytes === undefined ? null : skip(bytes);
}

/** The later word counts, but an alarm of one value is not ended by the release of another in the same frame. */
function merged(
  content: Partial<CanonicalMessage>,
  more: Partial<CanonicalMessage>,
): Partial<CanonicalMessage> {
  return content.alarm === true && more.alarm === false
    ? { ...content, ...more, alarm: true }
    : { ...content, ...more };
}

/**
 * A frame is named after the best that is in it. Stored history is of other times, at a length on which the vendor's own
 * pages disagree (6 or 11 bytes a record): it ends the reading, and what it says is never taken for the present.
 */
function kindOf(content: Partial<CanonicalMessage>, names: readonly number[]): CanonicalMessage['kind'] {
  if (content.distanceMm !== undefined) return 'distance';
  if (names.some((name) => name < 0xf000)) return 'telemetry';
  return names.every((name) => items.has(name)) ? 'information' : 'ack';
}

/** As an EM400. The battery is in per cent there, which a simulated sensor does not know. */
function encodeUplink({ occupied, temperatureDeciC = 200 }: SimulatedReading): UplinkFrame {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint16(0, 0x0367);
  view.setInt16(2, clamp(temperatureDeciC, -0x8000, 0x7fff), true);
  view.setUint16(4, 0x0482);
  view.setUint16(6, occupied ? 900 : 2_400, true);
  return { fPort: PORT, bytes: new Uint8Array(view.buffer) };
}

/**
 * The limits are for a sensor above the bay, as garages have them: 2.1 to 3 m over the floor. A floor is never nearer
 * than 1.9 m there, and the roof of a car (1.4 m and more) not farther than 1.6 m. The blind zone differs by model, from
 * 3 cm on; 25 cm keeps the echo of the transducer itself from being a car with any of them, and no roof comes as near.
 * Below the bay, looking up, a car is nearer than that: such a sensor needs limits of its own.
 *
 * The recorded EM500-UDL reports every hour: three hours, as domain rule U9 has it.
 */
export const milesightUdl: DeviceType = {
  id: 'milesight-udl',
  vendor: 'Milesight',
  model: 'EM310-UDL, EM400-MUD, EM400-UDL, EM410-RDL, EM500-UDL',
  kind: 'distance-sensor',
  firmware: 'any',
  aliases: [
    'EM310-UDL',
    'EM400-MUD',
    'EM400-UDL',
    'EM410-RDL',
    'EM500-UDL',
    'Milesight EM310-UDL',
    'Milesight EM400-MUD',
    'Milesight EM400-UDL',
    'Milesight EM410-RDL',
    'Milesight EM500-UDL',
  ],
  heartbeatS: 3 * HOUR_S,
  decoderVersion: '1',
  thresholds: { kind: 'distance', blindBelowMm: 250, occupiedBelowMm: 1_600, vacantFromMm: 1_900 },
  decode: decoderByPort(new Map([[PORT, { lengths: 'any', read: readFrame }]])),
  encodeUplink,
};
