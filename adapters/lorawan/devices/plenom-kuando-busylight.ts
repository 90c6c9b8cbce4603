import { type CanonicalMessage } from '../decoder.ts';
import { clamp, type DeviceType } from '../device-type.ts';
import { type Downlink, type Light, type ShowOptions } from '../display-light.ts';
import { decoderByPort, layout } from '../layout.ts';

/** Both ways. */
const PORT = 15;
/** Of the times, in downlinks. The same manual says tenths for the echo in an uplink, which repeats the numbers that were sent. */
const STEP_MS = 10;
const ANSWER_AT_ONCE = 1;

/**
 * Numbers are little-endian, and the colour comes RED, BLUE, GREEN. Byte 24, high brightness, exists from hardware 1.5
 * on. Signal (bytes 0 to 7) is the gateway's downlink as the light heard it: the network knows better.
 */
const keepAlive = layout([24, 25], (view) => ({
  kind: 'display-status',
  downlinksReceived: view.getUint32(8, true),
  red: view.getUint8(16),
  blue: view.getUint8(17),
  green: view.getUint8(18),
  onTime: view.getUint8(19),
  offTime: view.getUint8(20),
  // A revision without a point: 41 may well be 4.1, but nothing published says so.
  firmware: String(view.getUint8(21)),
}));

/**
 * An off time of 0 is what makes a light steady, so a flash is never rounded down to it. One platform sends
 * [0, R, G, B, 0, 1]; the manual and every published frame say R, B, G, on, off.
 */
function show({ red, blue, green, onMs, offMs }: Light, { answer = false }: ShowOptions = {}): Downlink {
  const flashes = offMs > 0;
  const colour = [red, blue, green].map((part) => clamp(part, 0, 255));
  const times = [clamp(onMs / STEP_MS, flashes ? 1 : 0, 255), flashes ? clamp(offMs / STEP_MS, 1, 255) : 0];
  return { fPort: PORT, bytes: Uint8Array.from([...colour, ...times, ...(answer ? [ANSWER_AT_ONCE] : [])]) };
}

function shown({ red, green, blue, onTime, offTime }: CanonicalMessage): Light | null {
  if (red === undefined || green === undefined || blue === undefined) return null;
  if (onTime === undefined || offTime === undefined) return null;
  return { red, green, blue, onMs: onTime * STEP_MS, offMs: offTime * STEP_MS };
}

/**
 * After power-up or a join it glows dim green and so looks free until it is told otherwise: the light
 * must be sent again after each join, and when a keep-alive shows another. It obeys once it has sent its first uplink.
 */
export const plenomKuandoBusylight: DeviceType = {
  id: 'plenom-kuando-busylight',
  vendor: 'Plenom',
  model: 'kuando Busylight IoT Omega LoRaWAN',
  kind: 'display',
  firmware: '2.6 to 6.7',
  aliases: ['Plenom kuando Busylight', 'kuando Busylight IoT Omega', 'kuando Busylight IoT Omega LoRaWAN'],
  heartbeatS: 30 * 60,
  decoderVersion: '1',
  decode: decoderByPort(new Map([[PORT, keepAlive]])),
  light: { show, shown },
};
