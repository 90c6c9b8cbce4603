/**
 * What a device says, in one shape for all devices. A decoder is pure and total: whatever the bytes and the port, it
 * returns a value. A frame that it refuses is kept as received and can be decoded again by a later version (rule U13).
 */
export type Decoder = (fPort: number | null, bytes: Uint8Array) => Decoded;

export type Decoded =
  | { readonly ok: true; readonly message: CanonicalMessage }
  | { readonly ok: false; readonly error: DecodeError };

export interface DecodeError {
  readonly code: DecodeErrorCode;
  readonly detail: string;
}

/** Stable: they are stored beside the frame and shown to operators. A code never changes its meaning. */
export const decodeErrorCodes = [
  'unknown-f-port',
  'empty-payload',
  'payload-too-short',
  'payload-too-long',
  'unknown-message-type',
  'unsupported-version',
  'reserved-value',
] as const;
export type DecodeErrorCode = (typeof decodeErrorCodes)[number];

export type MessageKind =
  | 'status'
  | 'heartbeat'
  | 'startup'
  | 'registration'
  | 'binary'
  | 'tamper'
  | 'telemetry'
  | 'distance'
  | 'information'
  | 'usage'
  | 'debug'
  | 'ack';

/** For people and for comparison with published examples, so in volts and degrees. A field that was not sent is absent. */
export interface CanonicalMessage {
  readonly kind: MessageKind;
  readonly occupied?: boolean;
  readonly open?: boolean;
  readonly tamper?: boolean;
  readonly batteryV?: number;
  readonly temperatureC?: number;
  /** Length of the state before this one; the error is null where the device only says "at least". */
  readonly previousDurationMin?: number;
  readonly previousDurationErrorMin?: number | null;
  readonly firmware?: string;
  readonly resetCause?: string;
  readonly sequence?: number;
  readonly tagId?: string;
  readonly distanceMm?: number;
}

export type Occupancy = 'OCCUPIED' | 'VACANT';

/** The same in integers only: what the sensor process works with, fit for canonical events, which hold no floats. */
export interface Reading {
  /** Null: the message says nothing about the bay. */
  readonly occupancy: Occupancy | null;
  readonly messageKind: MessageKind;
  readonly batteryMv: number | null;
  readonly temperatureDeciC: number | null;
  /** errorS is the device's own rounding; null = no upper bound. Clock minutes and send delay come on top of it. */
  readonly previousStateS: { readonly durationS: number; readonly errorS: number | null } | null;
  readonly firmware: string | null;
  readonly resetCause: string | null;
  readonly tamper: boolean | null;
}

export function readingOf(message: CanonicalMessage): Reading {
  return {
    occupancy: occupancyOf(message),
    messageKind: message.kind,
    batteryMv: scaled(message.batteryV, 1000),
    temperatureDeciC: scaled(message.temperatureC, 10),
    previousStateS: previousStateOf(message),
    firmware: message.firmware ?? null,
    resetCause: message.resetCause ?? null,
    tamper: message.tamper ?? null,
  };
}

/**
 * A binary sensor used on a bay: open = OCCUPIED, closed = VACANT. "Open" is the state in which the magnet is away from
 * the switch: the exception that the sensor is there to report, as a car is on a bay, and the one that it sends as 1,
 * like the occupied bit of every bay sensor. A contact mounted the other way round needs a device type of its own.
 */
function occupancyOf(message: CanonicalMessage): Occupancy | null {
  const taken = message.occupied ?? message.open;
  return taken === undefined ? null : taken ? 'OCCUPIED' : 'VACANT';
}

function previousStateOf(message: CanonicalMessage): Reading['previousStateS'] {
  const { previousDurationMin: minutes, previousDurationErrorMin: error } = message;
  if (minutes === undefined) return null;
  return { durationS: minutes * 60, errorS: error === undefined || error === null ? null : error * 60 };
}

function scaled(value: number | undefined, factor: number): number | null {
  return value === undefined ? null : Math.round(value * factor);
}

export function decoded(message: CanonicalMessage): Decoded {
  return { ok: true, message };
}

export function refused(code: DecodeErrorCode, detail: string): Decoded {
  return { ok: false, error: { code, detail } };
}
