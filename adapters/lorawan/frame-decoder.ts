import { createHash } from 'node:crypto';
import { type FrameDecoder, type FrameDecoding } from '../../application/ports/frame-decoder.ts';
import { deviceTypeById, deviceTypes } from './device-types.ts';
import { type DeviceType } from './device-type.ts';
import { type OccupancyThresholds, type ThresholdSettings, withSettings } from './occupancy-thresholds.ts';
import { readingOf } from './reading.ts';
import { readSignal } from './signal.ts';

/** Thresholds by the id of a device type, or by the EUI of one device; those of the device go over those of its type. */
export type ThresholdsByName = Readonly<Record<string, ThresholdSettings>>;

/** The device registry as the sensor process sees it. Settings are those that `thresholdMistakes` finds nothing in. */
export function makeFrameDecoder(settings: ThresholdsByName = {}): FrameDecoder {
  return {
    decode(typeId, fPort, payload, devEui): FrameDecoding {
      const type = deviceTypeById(typeId);
      if (type === null) return { ok: false, code: 'unknown-device-type', detail: typeId };
      const decoded = type.decode(fPort, Buffer.from(payload, 'base64'));
      if (!decoded.ok) return { ok: false, ...decoded.error };
      const set = { ...settings[type.id], ...(devEui === undefined ? {} : settings[devEui]) };
      const meaning = meaningOf(type, set);
      if (!meaning.ok) return { ok: false, code: 'invalid-thresholds', detail: meaning.detail };
      return { ok: true, reading: readingOf(decoded.message, meaning.type), ...meaning.evidence };
    },
    heartbeatS: (typeId) => deviceTypeById(typeId)?.heartbeatS ?? null,
    isEncrypted(network, envelope) {
      // Rare: looked for as text first, since parsing each envelope a second time would be half the work per frame.
      const path = KEY_PATHS[network];
      return path !== undefined && envelope.includes(`"${path.at(-1)}"`) && valueAt(envelope, path) !== null;
    },
    signal: readSignal,
    deviceAddress(network, envelope) {
      const address = network === 'tts' ? valueAt(envelope, ['end_device_ids', 'dev_addr']) : null;
      return typeof address === 'string' && address !== '' ? address : null;
    },
  };
}

/** As the types are. */
export const frameDecoder = makeFrameDecoder();

/** For the start of the program, so that a typing error is not found out frame by frame. */
export function thresholdMistakes(settings: ThresholdsByName): readonly string[] {
  return Object.entries(settings).flatMap(([name, set]) => {
    const type = deviceTypeById(name);
    if (type !== null) {
      const meaning = meaningOf(type, set);
      return meaning.ok ? [] : [`${name}: ${meaning.detail}`];
    }
    if (!/^[0-9a-f]{16}$/.test(name)) return [`${name}: neither a device type nor the EUI of a device`];
    // Which type it is of is known when it speaks.
    return Object.keys(set).flatMap((key) =>
      thresholdNames.has(key) ? [] : [`${name}: no threshold ${key}`],
    );
  });
}

const thresholdNames: ReadonlySet<string> = new Set(
  deviceTypes.flatMap(({ thresholds }) => Object.keys(thresholds ?? {})).filter((name) => name !== 'kind'),
);

type Meaning =
  | {
      readonly ok: true;
      readonly type: DeviceType;
      readonly evidence: { readonly decoder: string; readonly decoderVersion: string };
    }
  | { readonly ok: false; readonly detail: string };

/** How a type is read under settings. Evidence names both, since the same bytes may mean something else under others. */
export function meaningOf(type: DeviceType, settings: ThresholdSettings): Meaning {
  const evidence = { decoder: type.id, decoderVersion: type.decoderVersion };
  if (Object.keys(settings).length === 0) return { ok: true, type, evidence };
  if (type.thresholds === undefined) return { ok: false, detail: `${type.id} has no thresholds` };
  const set = withSettings(type.thresholds, settings);
  if (!set.ok) return set;
  const decoderVersion = `${type.decoderVersion}+${fingerprint(set.thresholds)}`;
  return {
    ok: true,
    type: { ...type, thresholds: set.thresholds },
    evidence: { ...evidence, decoderVersion },
  };
}

function fingerprint(thresholds: OccupancyThresholds): string {
  const sorted = JSON.stringify(Object.entries(thresholds).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(sorted).digest('hex').slice(0, 8);
}

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
