import { type FrameDecoder, type FrameDecoding } from '../../application/ports/frame-decoder.ts';
import { deviceTypeById } from './device-types.ts';
import { type DeviceType } from './device-type.ts';
import { type ThresholdSettings, withSettings } from './occupancy-thresholds.ts';
import { readingOf, type ReadingContext } from './reading.ts';

/** The device registry as the sensor process sees it. */
export const frameDecoder: FrameDecoder = {
  decode(deviceType, fPort, payload, thresholds): FrameDecoding {
    const type = deviceTypeById(deviceType);
    if (type === null) return { ok: false, code: 'unknown-device-type', detail: deviceType };
    const decoded = type.decode(fPort, Buffer.from(payload, 'base64'));
    if (!decoded.ok) return { ok: false, ...decoded.error };
    const meaning = meaningOf(type, thresholds);
    if ('detail' in meaning) return { ok: false, code: 'invalid-thresholds', detail: meaning.detail };
    return {
      ok: true,
      reading: readingOf(decoded.message, meaning),
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

/** The type itself, which is how most devices go: nothing is made for a frame. */
function meaningOf(
  type: DeviceType,
  settings: ThresholdSettings | undefined,
): ReadingContext | { readonly detail: string } {
  if (settings === undefined || Object.keys(settings).length === 0) return type;
  if (type.thresholds === undefined) return { detail: `${type.id} has no thresholds` };
  const set = withSettings(type.thresholds, settings);
  return set.ok ? { ...type, thresholds: set.thresholds } : { detail: set.detail };
}

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
