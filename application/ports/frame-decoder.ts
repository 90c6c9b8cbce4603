/** What a device says, in integers only: fit for canonical events. */
export interface SensorReading {
  /** Null: the message says nothing about the bay. */
  readonly occupancy: 'OCCUPIED' | 'VACANT' | null;
  readonly messageKind: string;
  readonly batteryMv: number | null;
  readonly temperatureDeciC: number | null;
  /**
   * The state before this one lasted at least `durationS`. `errorS` is the device's own rounding; null = no upper bound.
   * Clock minutes and send delay come on top of it.
   */
  readonly previousStateS: { readonly durationS: number; readonly errorS: number | null } | null;
  readonly firmware: string | null;
  readonly resetCause: string | null;
  readonly tamper: boolean | null;
  /** Whole per cent. Absent, like the rest below, where the device does not say. */
  readonly batteryPct?: number;
  /** The device's own judgement, by a threshold of its own. */
  readonly batteryLow?: boolean;
  /** Null: no valid echo. */
  readonly distanceMm?: number | null;
  /** A counter in the payload. Steps of more than one, modulo `modulus`, are frames or events that were not heard of. */
  readonly counter?: {
    readonly value: number;
    readonly modulus: number;
    readonly counts: 'frames' | 'events';
  };
}

export type FrameDecoding =
  | {
      readonly ok: true;
      readonly reading: SensorReading;
      readonly decoder: string;
      readonly decoderVersion: string;
    }
  | { readonly ok: false; readonly code: string; readonly detail: string };

/** How the gateway that heard a message best heard it. */
export interface Signal {
  readonly rssiDbm: number;
  readonly snrDb: number;
  /** So many gateways heard it. */
  readonly gateways: number;
}

/** The devices that the program knows. Pure and total: whatever the bytes, a value comes back. */
export interface FrameDecoder {
  /**
   * `payload` is base64 as received. Types that measure (distance, movement) have two thresholds, between which a message
   * says nothing, so that the bay stays as it was; with `devEui`, those that were set for this device count. An unknown
   * type gives the code `unknown-device-type`; thresholds that the type does not have, or that cross, give
   * `invalid-thresholds`: a bay read by the wrong limits would be a guess.
   */
  decode(deviceType: string, fPort: number | null, payload: string, devEui?: string): FrameDecoding;
  /** The nominal seconds between two messages; null for a type that is not known. */
  heartbeatS(deviceType: string): number | null;
  /** The network server had no application key, so the payload is noise to us. `envelope` is the message as one string. */
  isEncrypted(network: string, envelope: string): boolean;
  /** How well a message was heard; null where it does not say. */
  signal(network: string, envelope: string): Signal | null;
  /**
   * The device address, where the network names sessions by something else (The Things Stack: the session key); null where
   * the session is the address, or none is given.
   */
  deviceAddress(network: string, envelope: string): string | null;
}
