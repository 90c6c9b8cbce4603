import { type Decoder } from './decoder.ts';
import { type DisplayLight } from './display-light.ts';
import { type OccupancyThresholds } from './occupancy-thresholds.ts';

/** A model (and firmware) of device: how to read it and when to miss it. */
export interface DeviceType {
  /** Stored with every registered device and with the evidence of every change: never rename one. */
  readonly id: string;
  readonly vendor: string;
  readonly model: string;
  readonly kind: DeviceTypeKind;
  readonly firmware: string;
  /** Names of network-server device profiles that mean this device, and no other. */
  readonly aliases: readonly string[];
  /** The nominal time between two messages of a healthy device; the deadline of silence is a multiple of it (rule U9). */
  readonly heartbeatS: number;
  readonly decode: Decoder;
  /** Of devices that measure rather than decide: when a measurement means a car. These are the defaults. */
  readonly thresholds?: OccupancyThresholds;
  /** What the counter in the payload counts, where there is one: with it, losses show that frame counters do not. */
  readonly counter?: PayloadCounter;
  /** Of displays: what to send so that a light is shown, and what light a message of theirs says is shown. */
  readonly light?: DisplayLight;
  /** Goes up when the same frame decodes to something else than before. */
  readonly decoderVersion: string;
  /** Frames as the device would send them, for simulated sensors. */
  readonly encodeUplink?: (reading: SimulatedReading) => UplinkFrame;
}

export const deviceTypeKinds = [
  'bay-sensor',
  'binary-sensor',
  'distance-sensor',
  'occupancy-sensor',
  'lane-counter',
  'display',
] as const;
export type DeviceTypeKind = (typeof deviceTypeKinds)[number];

/** Whether its messages can say that a space is taken or free. */
export function sensesSpace({ kind }: DeviceType): boolean {
  return kind !== 'display' && kind !== 'lane-counter';
}

export interface PayloadCounter {
  /** The field of the message that holds it. */
  readonly field: 'sequence' | 'count';
  /** `frames` step with every frame, `events` with every thing that the device notices. */
  readonly counts: 'frames' | 'events';
  /** One more than the highest value. */
  readonly modulus: number;
}

/** What a simulated sensor wants to say. A device leaves out what its layout has no room for. */
export interface SimulatedReading {
  readonly kind: 'status' | 'heartbeat';
  readonly occupied: boolean;
  readonly batteryMv?: number;
  readonly temperatureDeciC?: number;
  readonly previousDurationMin?: number;
  /** Frames sent so far, for devices with a counter in the payload. */
  readonly sequence?: number;
}

export interface UplinkFrame {
  readonly fPort: number;
  readonly bytes: Uint8Array;
}

export const HOUR_S = 3_600;
export const DAY_S = 86_400;

/** The nearest value that fits: a simulated sensor must never produce a frame that wraps round. */
export function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Math.round(value)));
}
