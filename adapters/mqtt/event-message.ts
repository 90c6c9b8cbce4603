import { type NetworkMessage, type NetworkReading } from '../../application/ports/network-message.ts';
import { readDevEui } from '../../domain/identity/ids.ts';

/** A message of the broker as the intake takes it: read, or kept as it is with the reason why it could not be. */
export interface EventMessage {
  readonly kind: string;
  readonly body: string;
  readonly message: NetworkMessage;
  /** Null: it was read. */
  readonly problem: string | null;
}

/** Reads a parsed body of ChirpStack; `kind` is the event that the topic names. */
export type ReadChirpstack = (kind: string, body: unknown) => NetworkReading;

/** As over HTTP: a frame with its surroundings has 1 to 2 KiB. */
const MAX_BYTES = 65_536;
const SHOWN_BYTES = 1_024;
const KIND = /^[A-Za-z0-9_.-]{1,64}$/;

const PROTOBUF =
  'The payload is not JSON but, it seems, Protobuf, which is not read. In chirpstack.toml, section [integration.mqtt], ' +
  'set json=true and restart ChirpStack.';

/**
 * Total: whatever comes on a topic. Nobody can be told that a message is wrong, so what cannot be read is kept for people
 * to look at, under the device that the topic names, and the messages behind it are not held up.
 */
export function readEventMessage(topic: string, payload: Uint8Array, read: ReadChirpstack): EventMessage {
  const { devEui, kind } = readTopic(topic);
  if (kind === null)
    return unreadable(topic, devEui, payload, 'The topic does not end with the name of an event.');
  if (payload.byteLength > MAX_BYTES) return unreadable(topic, devEui, payload, 'More than 64 KiB.');
  const body = textOf(payload);
  if (body === null || isBinary(body)) return unreadable(topic, devEui, payload, PROTOBUF);
  const parsed = parse(body);
  if (parsed === undefined) return unreadable(topic, devEui, payload, 'The payload is not valid JSON.');
  const reading = read(kind, parsed);
  if (reading.ok) {
    const { message } = reading;
    return { kind, body, message: { ...message, devEui: message.devEui ?? devEui }, problem: null };
  }
  const errors = reading.rejection.errors.map(({ message, pointer }) => `${pointer || '/'}: ${message}`);
  return unreadable(topic, devEui, payload, errors.join('; '));
}

/** `…/device/{devEui}/event/{event}`, whatever is before: both ends are the same in each template that was ever shipped. */
export function readTopic(topic: string): { readonly devEui: string | null; readonly kind: string | null } {
  const levels = topic.split('/');
  const kind = levels.at(-1) ?? '';
  const device = levels.lastIndexOf('device');
  const devEui = device < 0 ? null : readDevEui(levels[device + 1] ?? '');
  return { devEui, kind: KIND.test(kind) ? kind : null };
}

function textOf(payload: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(payload);
  } catch {
    return null;
  }
}

/** The tags of Protobuf's fields are control characters, which no JSON holds. */
function isBinary(body: string): boolean {
  return /[\u0000-\u0008\u000e-\u001f]/.test(body);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

/** The payload is kept whole where it may be a frame: someone may read it yet. */
function unreadable(
  topic: string,
  devEui: string | null,
  payload: Uint8Array,
  problem: string,
): EventMessage {
  const kept = payload.byteLength > MAX_BYTES ? payload.subarray(0, SHOWN_BYTES) : payload;
  const body = JSON.stringify({
    topic: topic.slice(0, 300),
    problem,
    bytes: payload.byteLength,
    payload_base64: Buffer.from(kept).toString('base64'),
  });
  const message: NetworkMessage = {
    kind: 'unreadable',
    devEui,
    devAddr: null,
    session: null,
    fCnt: null,
    fPort: null,
    payload: '',
    encrypted: false,
    deduplicationId: null,
    times: { network: null, gateway: null, ns: null },
    deviceProfileName: null,
    deviceName: null,
    tags: {},
  };
  return { kind: message.kind, body, message, problem };
}
