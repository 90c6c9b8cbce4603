import { type CanonicalMessage, decoded, type Decoded, refused } from '../decoder.ts';
import { HOUR_S, type DeviceType } from '../device-type.ts';
import { unknownPort, viewOf } from '../layout.ts';

/** A frame is a row of items [channel][type][data]; the type alone says how long the data are. */
interface Item {
  readonly channel: number;
  readonly type: number;
  readonly data: DataView;
}

const DIGITAL_IN = 0x00;
const DIGITAL_OUT = 0x01;
const ANALOG_IN = 0x02;
const ANALOG_OUT = 0x03;
const PRESENCE = 0x66;
const TEMPERATURE = 0x67;
const dataLengths: ReadonlyMap<number, number> = new Map([
  [DIGITAL_IN, 1],
  [DIGITAL_OUT, 1],
  [ANALOG_IN, 2],
  [ANALOG_OUT, 2],
  [PRESENCE, 1],
  [TEMPERATURE, 2],
]);

/** Channels of the vendor's own, with nothing in them for others. A published decoder stops at them and loses the state behind. */
const internalChannels: ReadonlySet<number> = new Set([0x05, 0x06]);
const REBOOTED = 0x80;
/** No place on earth with a parking bay is colder or hotter. */
const COLDEST_C = -60;
const HOTTEST_C = 125;

function presence(kind: 'status' | 'heartbeat') {
  return ({ data }: Item): Decoded => {
    const value = data.getUint8(0);
    return value > 1
      ? refused('reserved-value', `presence is ${value}, expected 0 or 1`)
      : decoded({ kind, occupied: value === 1 });
  };
}

/** Seven bits of count; with bit 7 set it is no count but "recalibrated or rebooted". */
function vehicles({ data }: Item): Decoded {
  const value = data.getUint8(0);
  return decoded((value & REBOOTED) === 0 ? { kind: 'counter', count: value } : { kind: 'startup' });
}

/**
 * Two's complement, as two of three published decoders have it; the third, sign and magnitude, reads 0x81f0 as -49.6.
 * No real frame from below zero was found. Both readings agree from zero on, and what one has for a winter's day is
 * thousands of degrees below zero for the other: such a value is left out rather than guessed.
 */
function temperature({ data }: Item): Decoded {
  const temperatureC = data.getInt16(0) / 10;
  const plausible = temperatureC >= COLDEST_C && temperatureC <= HOTTEST_C;
  return decoded(plausible ? { kind: 'telemetry', temperatureC } : { kind: 'telemetry' });
}

function battery({ data }: Item): Decoded {
  const batteryV = data.getInt16(0) / 100;
  return decoded(batteryV < 0 ? { kind: 'telemetry' } : { kind: 'telemetry', batteryV });
}

const answer = (): Decoded => decoded({ kind: 'ack' });

const readers: ReadonlyMap<string, (item: Item) => Decoded> = new Map([
  [nameOf(0x01, DIGITAL_OUT), answer],
  [nameOf(0x02, TEMPERATURE), temperature],
  [nameOf(0x03, ANALOG_IN), battery],
  [nameOf(0x15, PRESENCE), presence('status')],
  [nameOf(0x1c, DIGITAL_OUT), answer],
  [nameOf(0x21, DIGITAL_IN), vehicles],
  [nameOf(0x37, PRESENCE), presence('heartbeat')],
  [nameOf(0x37, DIGITAL_IN), vehicles],
  [nameOf(0x3f, DIGITAL_OUT), answer],
]);

function nameOf(channel: number, type: number): string {
  return [channel, type].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join('/');
}

/** Any port of an application: the vendor says of none that it is the one. Without any bytes it says that it started. */
function decode(fPort: number | null, bytes: Uint8Array): Decoded {
  if (fPort !== null && !(fPort > 0 && fPort < 224)) return unknownPort(fPort);
  if (bytes.length === 0) return decoded({ kind: 'startup' });
  const view = viewOf(bytes);
  const messages: CanonicalMessage[] = [];
  for (let at = 0; at < view.byteLength;) {
    const item = itemAt(view, at);
    if (!('data' in item)) return item;
    at += 2 + item.data.byteLength;
    if (internalChannels.has(item.channel)) continue;
    const name = nameOf(item.channel, item.type);
    const read = readers.get(name)?.(item) ?? refused('unknown-message-type', `no item ${name}`);
    if (!read.ok) return read;
    messages.push(read.message);
  }
  return decoded(frameOf(messages));
}

function itemAt(view: DataView, at: number): Item | (Decoded & { readonly ok: false }) {
  if (at + 2 > view.byteLength) return short('the last item has no type');
  const channel = view.getUint8(at);
  const type = view.getUint8(at + 1);
  const length = dataLengths.get(type);
  // Nobody knows where the next item would begin.
  if (length === undefined) {
    return { ok: false, error: { code: 'unknown-message-type', detail: `no item ${nameOf(channel, type)}` } };
  }
  if (at + 2 + length > view.byteLength) return short(`item ${nameOf(channel, type)} is cut`);
  return { channel, type, data: new DataView(view.buffer, view.byteOffset + at + 2, length) };
}

function short(detail: string): Decoded & { readonly ok: false } {
  return { ok: false, error: { code: 'payload-too-short', detail } };
}

function frameOf(messages: readonly CanonicalMessage[]): CanonicalMessage {
  const [only, ...more] = messages;
  if (only === undefined) return { kind: 'debug' };
  return more.length === 0 ? only : { kind: 'multi', items: messages };
}

export const pniPlacepod: DeviceType = {
  id: 'pni-placepod',
  vendor: 'PNI',
  model: 'PlacePod (surface and in-ground), vehicle counting variant',
  kind: 'bay-sensor',
  firmware: '2.x',
  aliases: ['PNI PlacePod'],
  heartbeatS: 3 * HOUR_S,
  decoderVersion: '1',
  counter: { field: 'count', counts: 'events', modulus: 128 },
  decode,
  encodeUplink: ({ kind, occupied }) => ({
    fPort: 2,
    bytes: Uint8Array.of(kind === 'status' ? 0x15 : 0x37, PRESENCE, occupied ? 1 : 0),
  }),
};
