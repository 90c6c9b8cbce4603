import { type FrameDecoder, type FrameDecoding } from '../../application/ports/frame-decoder.ts';
import { readingOf } from './decoder.ts';
import { deviceTypeById } from './device-types.ts';

/** The device registry as the sensor process sees it. */
export const frameDecoder: FrameDecoder = {
  decode(deviceType, fPort, payload): FrameDecoding {
    const type = deviceTypeById(deviceType);
    if (type === null) return { ok: false, code: 'unknown-device-type', detail: deviceType };
    const decoded = type.decode(fPort, Buffer.from(payload, 'base64'));
    if (!decoded.ok) return { ok: false, ...decoded.error };
    return {
      ok: true,
      reading: readingOf(decoded.message),
      decoder: type.id,
      decoderVersion: type.decoderVersion,
    };
  },
  heartbeatS: (deviceType) => deviceTypeById(deviceType)?.heartbeatS ?? null,
  isEncrypted(network, envelope) {
    // Rare: looked for as text first, since parsing each envelope a second time would be half the work per frame.
    const path = KEY_PATHS[network];
    return path !== undefined && envelope.includes(`"${path.at(-1)}"`) && valueAt(envelope, path) !== null;
  },
  deviceAddress(network, envelope) {
    const address = network === 'tts' ? valueAt(envelope, ['end_device_ids', 'dev_addr']) : null;
    return typeof address === 'string' && address !== '' ? address : null;
  },
};

/** Where the servers say that they have no application key, and so left the payload encrypted. */
const KEY_PATHS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  chirpstack: ['joinServerContext'],
  tts: ['uplink_message', 'app_s_key'],
};

function valueAt(envelope: string, path: readonly string[]): unknown {
  try {
    return (
      path.reduce<unknown>(
        (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : null),
        JSON.parse(envelope),
      ) ?? null
    );
  } catch {
    return null;
  }
}
