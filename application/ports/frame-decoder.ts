/** What a device says, in integers only: fit for canonical events. */
export interface SensorReading {
  /** Null: the message says nothing about the bay. */
  readonly occupancy: 'OCCUPIED' | 'VACANT' | null;
  readonly messageKind: string;
  readonly batteryMv: number | null;
  readonly temperatureDeciC: number | null;
  readonly previousStateS: { readonly durationS: number; readonly errorS: number | null } | null;
  readonly firmware: string | null;
  readonly resetCause: string | null;
  readonly tamper: boolean | null;
}

export type FrameDecoding =
  | {
      readonly ok: true;
      readonly reading: SensorReading;
      readonly decoder: string;
      readonly decoderVersion: string;
    }
  | { readonly ok: false; readonly code: string; readonly detail: string };

/** The devices that the program knows. Pure and total: whatever the bytes, a value comes back. */
export interface FrameDecoder {
  /** `payload` is base64 as received. An unknown type gives the code `unknown-device-type`. */
  decode(deviceType: string, fPort: number | null, payload: string): FrameDecoding;
  /** The nominal seconds between two messages; null for a type that is not known. */
  heartbeatS(deviceType: string): number | null;
  /** The network server had no application key, so the payload is noise to us. `envelope` is the message as one string. */
  isEncrypted(network: string, envelope: string): boolean;
  /**
   * The device address, where the network names sessions by something else (The Things Stack: the session key); null where
   * the session is the address, or none is given.
   */
  deviceAddress(network: string, envelope: string): string | null;
}
