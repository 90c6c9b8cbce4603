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
    return network === 'chirpstack' && envelope.includes('"joinServerContext"') && hasContext(envelope);
  },
};

function hasContext(envelope: string): boolean {
  try {
    const body: unknown = JSON.parse(envelope);
    if (typeof body !== 'object' || body === null) return false;
    const context: unknown = Reflect.get(body, 'joinServerContext');
    return context !== undefined && context !== null;
  } catch {
    return false;
  }
}
