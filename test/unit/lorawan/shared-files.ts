/** The published vectors and recorded messages live beside the repository; tests that need them are skipped without. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';

const override = process.env['SHARED_DIR'];
const root =
  override === undefined
    ? new URL('../../../../shared/', import.meta.url)
    : pathToFileURL(`${resolve(override)}/`);

export const sharedIsAbsent = !existsSync(root);

/** For the name of a `describe.skipIf(sharedIsAbsent)`, so that a skip explains itself. */
export function needsShared(name: string): string {
  return sharedIsAbsent ? `${name} [SKIPPED: no ${root.pathname}; set SHARED_DIR]` : name;
}

export function sharedFile(path: string): URL {
  return new URL(path, root);
}

export interface Vector {
  readonly description: string;
  readonly direction: 'uplink' | 'downlink';
  readonly fPort: number | null;
  readonly hex: string;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly canonical?: Readonly<Record<string, unknown>>;
}

export function vectorsOf(deviceId: string): readonly Vector[] {
  if (sharedIsAbsent) return [];
  const devices = readJson('vectors/device-payloads.json') as readonly {
    readonly id: string;
    readonly vectors: readonly Vector[];
  }[];
  return devices.find(({ id }) => id === deviceId)?.vectors ?? [];
}

export interface RecordedMessage {
  readonly name: string;
  readonly event: string;
  readonly body: unknown;
}

/** The event is in the file's name: `chirpstack-<event>-….json`. */
export function chirpstackSamples(): readonly RecordedMessage[] {
  return samplesOf('chirpstack');
}

/** The same for `tts-<event>-….json`. */
export function thingsStackSamples(): readonly RecordedMessage[] {
  // A command that is sent to the server, in a form of its own.
  return samplesOf('tts').filter(({ name }) => name !== 'tts-downlink-message-docs.json');
}

function samplesOf(network: string): readonly RecordedMessage[] {
  if (sharedIsAbsent) return [];
  return readdirSync(new URL('samples/', root))
    .filter((name) => name.startsWith(`${network}-`) && name.endsWith('.json'))
    .map((name) => ({ name, event: name.split('-')[1] ?? '', body: readJson(`samples/${name}`) }));
}

export function recordedWeek(): readonly RecordedMessage[] {
  if (sharedIsAbsent) return [];
  const packed = readFileSync(new URL('data/chirpstack-v4-events-week1.ndjson.gz', root));
  const lines = gunzipSync(packed).toString('utf8').split('\n').filter(Boolean);
  return lines.map((line, index) => ({
    name: `line ${index + 1}`,
    ...(JSON.parse(line) as { event: string; body: unknown }),
  }));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, root), 'utf8'));
}
