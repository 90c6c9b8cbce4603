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
  | 'ack'
  | 'config'
  | 'counter'
  | 'display-status'
  | 'multi';

/** For people and for comparison with published examples, so in volts and degrees. A field that was not sent is absent. */
export interface CanonicalMessage {
  readonly kind: MessageKind;
  readonly occupied?: boolean;
  readonly open?: boolean;
  readonly tamper?: boolean;
  readonly batteryV?: number;
  readonly batteryPct?: number;
  /** The device's own word; its threshold is its own too. */
  readonly batteryLow?: boolean;
  readonly temperatureC?: number;
  /** Length of the state before this one; the error is null where the device only says "at least". */
  readonly previousDurationMin?: number;
  readonly previousDurationErrorMin?: number | null;
  readonly firmware?: string;
  readonly resetCause?: string;
  readonly sequence?: number;
  readonly tagId?: string;
  /** Null: it looked and had no valid echo, which says neither car nor no car. */
  readonly distanceMm?: number | null;
  /** A threshold that was set in the device itself is crossed. */
  readonly alarm?: boolean;
  readonly tilted?: boolean;
  /** Cars, openings or movements so far; it wraps round, and may begin at 0 after a reset. */
  readonly count?: number;
  readonly sinceLastEventMin?: number;
  /** What a display shows: 0 to 255 each, the times in its own units of 10 ms. */
  readonly red?: number;
  readonly green?: number;
  readonly blue?: number;
  readonly onTime?: number;
  readonly offTime?: number;
  readonly downlinksReceived?: number;
  /** Several messages of one frame, in the order of time. */
  readonly items?: readonly CanonicalMessage[];
}

export function decoded(message: CanonicalMessage): Decoded {
  return { ok: true, message };
}

export function refused(code: DecodeErrorCode, detail: string): Decoded {
  return { ok: false, error: { code, detail } };
}
