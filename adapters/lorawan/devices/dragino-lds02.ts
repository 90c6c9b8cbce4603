import { type CanonicalMessage, decoded, refused } from '../decoder.ts';
import { clamp, DAY_S, type DeviceType, type SimulatedReading, type UplinkFrame } from '../device-type.ts';
import { decoderByPort, type MessageLayout } from '../layout.ts';
import { batteryOf } from './dragino.ts';

export const DOOR_PORT = 10;
const OPEN = 0x80;
const DOOR_MODE = 1;
const LENGTH = 10;
/** The length of one published example, and of no description. */
const CUT_LENGTH = 7;

/**
 * The contact is bit 7 of byte 0, above the battery. A published example is cut to seven bytes, and the published codec
 * reads a count and a duration across the gap that cannot both be right. Which bytes are missing cannot be told, but the
 * first three are the same in every mode: from the short frame the state and the battery are taken, and nothing else.
 * The last open time is the length of the last opening, not of the state before this one: it is left out.
 */
export const doorMessage: MessageLayout = {
  lengths: [CUT_LENGTH, LENGTH],
  read(view) {
    const mode = view.getUint8(2);
    if (mode !== DOOR_MODE)
      return refused('unknown-message-type', `mode ${mode}, expected ${DOOR_MODE}: door`);
    const open = (view.getUint8(0) & OPEN) !== 0;
    const state = { kind: 'binary', open, batteryV: batteryOf(view) } as const satisfies CanonicalMessage;
    if (view.byteLength < LENGTH) return decoded(state);
    const alarm = (view.getUint8(9) & 0x01) !== 0;
    return decoded({
      ...state,
      count: (view.getUint8(3) << 16) | view.getUint16(4),
      ...(alarm ? { alarm } : {}),
    });
  },
};

/** One message for everything, state included: an opening, and once a day. */
function encodeUplink({ occupied, batteryMv = 3000, sequence = 0 }: SimulatedReading): UplinkFrame {
  const battery = clamp(batteryMv, 0, 0x3fff);
  const openings = sequence & 0xff_ff_ff;
  const head = [(occupied ? OPEN : 0) | (battery >> 8), battery & 0xff, DOOR_MODE];
  const count = [openings >> 16, (openings >> 8) & 0xff, openings & 0xff];
  return { fPort: DOOR_PORT, bytes: Uint8Array.of(...head, ...count, 0, 0, 0, 0) };
}

/**
 * A door sensor that somebody uses on a bay; open = car (see `readingOf`). It is published together with the distance
 * sensors of its vendor and `dragino-ldds75` reads its frames too, but it reports only once a day where they report all
 * the time: a type of its own, so that a bay that nobody uses for a morning is not called silent.
 */
export const draginoLds02: DeviceType = {
  id: 'dragino-lds02',
  vendor: 'Dragino',
  model: 'LDS02 door sensor',
  kind: 'binary-sensor',
  firmware: 'any',
  aliases: ['Dragino LDS02', 'LDS02'],
  heartbeatS: DAY_S,
  decoderVersion: '1',
  counter: { field: 'count', counts: 'events', modulus: 0x1_00_00_00 },
  decode: decoderByPort(new Map([[DOOR_PORT, doorMessage]])),
  encodeUplink,
};
